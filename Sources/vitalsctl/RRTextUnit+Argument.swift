public import ArgumentParser
public import VitalsTools

extension RRTextUnit: ExpressibleByArgument {}
