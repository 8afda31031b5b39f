/// The radio side of the gateway: it carries out commands, and reports what happens. It decides nothing.
///
/// Real adapters: `VitalsBlueZ.BlueZLinks` (D-Bus) and `VitalsHCI.ATTLinks` (kernel sockets, no bluetoothd). Twin:
/// `SimulatedLinks` in the test kit. All pass one conformance suite. A port lives on the thread of its event loop, never
/// blocks it, and never calls `onEvent` from within `perform`.
public protocol LinkPort: AnyObject {
    /// Called with each event, in the order in which they happened. Set it before `start`.
    var onEvent: (LinkEvent) -> Void { get set }

    /// Begins to report.
    func start() throws

    /// Begins to carry out a command.
    func perform(_ command: LinkCommand)

    /// Ends what the gateway began, discovery above all, and reports nothing more. Links are ended too, since a link that
    /// nobody reads looks connected to everybody else.
    func stop()
}
