/// How the deviations of a window are weighed. Values outside the ranges are taken as the nearer end.
public struct ChartScale: Hashable, Sendable {
    /// The least sigma in hundredths of the quantity's unit, 1 to 2^20: what the sensor's resolution and a resting body's
    /// wobble explain by themselves.
    public var sigmaFloor: Int32
    /// The CUSUM's slack k in sixteenths of sigma, 0 to 64. 8 is the usual 0.5 sigma: half the shift to be found.
    public var slackSixteenths: Int32
    /// The CUSUM's decision limit h in sixteenths of sigma, 0 to 160. 80 is the usual 5 sigma.
    public var limitSixteenths: Int32

    /// A scale; by default k = 0.5 sigma and h = 5 sigma (Montgomery, Introduction to Statistical Quality Control, 9.1).
    public init(sigmaFloor: Int32, slackSixteenths: Int32 = 8, limitSixteenths: Int32 = 80) {
        self.sigmaFloor = sigmaFloor
        self.slackSixteenths = slackSixteenths
        self.limitSixteenths = limitSixteenths
    }
}
