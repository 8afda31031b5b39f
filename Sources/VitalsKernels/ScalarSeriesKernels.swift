import VitalsKernelsBaseline

/// The scalar reference of the kernels on one series: place by place, in whole numbers wherever the numbers are whole.
///
/// Its integer operators trap on overflow: that it runs over any input is the proof of the bounds.
enum ScalarSeriesKernels {
    static func discord(
        _ products: UnsafeMutablePointer<Double>, _ samples: UnsafePointer<Double>, _ departed: UnsafePointer<Double>,
        _ sums: UnsafePointer<Double>, _ scales: UnsafePointer<Double>, _ weights: UnsafePointer<Double>, _ lags: Int,
        _ constants: UnsafePointer<Double>, _ best: UnsafeMutablePointer<Double>
    ) {
        let width = DiscordBounds.width
        for lane in 0..<width {
            unsafe best[lane] = DiscordBounds.least
            unsafe best[width + lane] = DiscordBounds.least
            unsafe best[2 * width + lane] = 0
        }
        let (entering, leaving) = unsafe (Int(constants[0]), Int(constants[1]))
        let (sum, half) = unsafe (Int(constants[2]), constants[3])
        for row in 0..<lags {
            let product =
                unsafe Int(products[row]) + entering * Int(samples[row]) - leaving * Int(departed[row])
            unsafe products[row] = Double(product)
            let covariance = unsafe product - sum * Int(sums[row])
            let score = unsafe Double(covariance) * scales[row] + half * weights[row]
            let lane = row % width
            if unsafe score > best[lane] {
                unsafe best[width + lane] = unsafe best[lane]
                unsafe best[lane] = score
                unsafe best[2 * width + lane] = Double(row)
            } else if unsafe score > best[width + lane] {
                unsafe best[width + lane] = score
            }
        }
    }

    static func pulse(
        _ samples: UnsafePointer<Int64>, _ count: Int, _ scales: Int, _ counts: UnsafeMutablePointer<Int64>,
        _ reaches: UnsafeMutablePointer<Int64>
    ) {
        let padded = (count + 7) / 8 * 8
        for place in 0..<2 * padded { unsafe reaches[place] = 0 }
        for place in 0..<count {
            var (isHigh, isLow) = (true, true)
            for scale in 1...scales {
                var (isMaximum, isMinimum) = (false, false)
                if place >= scale, place + scale < count {
                    let sample = unsafe samples[place]
                    let (before, after) = unsafe (samples[place - scale], samples[place + scale])
                    isMaximum = sample > before && sample > after
                    isMinimum = sample < before && sample < after
                }
                if isMaximum { unsafe counts[(scale - 1) * 8 + place % 8] += 1 }
                if isMinimum { unsafe counts[(scales + scale - 1) * 8 + place % 8] += 1 }
                isHigh = isHigh && isMaximum
                isLow = isLow && isMinimum
                if isHigh { unsafe reaches[place] += 1 }
                if isLow { unsafe reaches[padded + place] += 1 }
            }
        }
    }
}
