import VitalsKernelsBaseline

/// The scalar reference behind the interface of the kernels: lane by lane over the rows of a block.
enum ScalarKernels {
    static func reference(_ rows: UnsafeMutablePointer<Lanes>) {
        for lane in 0..<Lanes.scalarCount {
            let found = unsafe window(rows, lane).reference()
            unsafe rows[BlockLayout.median][lane] = found.medianQ1
            unsafe rows[BlockLayout.mad][lane] = found.madQ2
            unsafe rows[BlockLayout.sigma][lane] = found.sigmaQ2
        }
    }

    static func hampel(_ rows: UnsafeMutablePointer<Lanes>) {
        for lane in 0..<Lanes.scalarCount {
            unsafe rows[BlockLayout.outliers][lane] = unsafe window(rows, lane).outliers()
        }
    }

    static func chart(_ rows: UnsafeMutablePointer<Lanes>) {
        for lane in 0..<Lanes.scalarCount {
            let found = unsafe window(rows, lane).chart(
                medianQ1: rows[BlockLayout.median][lane], sigmaQ2: rows[BlockLayout.sigma][lane],
                outliers: rows[BlockLayout.outliers][lane])
            unsafe rows[BlockLayout.ewma][lane] = found.ewma
            unsafe rows[BlockLayout.ewmaExtreme][lane] = found.ewmaExtreme
            unsafe rows[BlockLayout.cusumUp][lane] = found.cusumUp
            unsafe rows[BlockLayout.cusumDown][lane] = found.cusumDown
            unsafe rows[BlockLayout.crossedUp][lane] = found.crossedUp
            unsafe rows[BlockLayout.crossedDown][lane] = found.crossedDown
            unsafe rows[BlockLayout.shiftUp][lane] = found.shiftUp
            unsafe rows[BlockLayout.shiftUpCount][lane] = found.shiftUpCount
            unsafe rows[BlockLayout.shiftDown][lane] = found.shiftDown
            unsafe rows[BlockLayout.shiftDownCount][lane] = found.shiftDownCount
        }
    }

    static func summary(_ rows: UnsafeMutablePointer<Lanes>) {
        for lane in 0..<Lanes.scalarCount {
            let found = unsafe window(rows, lane).summary()
            unsafe rows[BlockLayout.referenceCount][lane] = found.referenceCount
            unsafe rows[BlockLayout.testCount][lane] = found.testCount
            unsafe rows[BlockLayout.minimum][lane] = found.minimum
            unsafe rows[BlockLayout.maximum][lane] = found.maximum
            unsafe rows[BlockLayout.sum][lane] = found.sum
        }
    }

    private static func window(_ rows: UnsafeMutablePointer<Lanes>, _ lane: Int) -> ScalarReference {
        ScalarReference { row in unsafe rows[row][lane] }
    }
}
