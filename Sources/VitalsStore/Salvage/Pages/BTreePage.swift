/// A page of a b-tree (section 1.6 of SQLite's file format), read for whatever rows can still be made out.
///
/// The page's own counts are not believed: every slot of the pointer array is tried, up to the first cell, so that a
/// flipped bit in the header costs no row. What comes out is a guess at rows; tags and hashes decide what is whole.
struct BTreePage: Sendable {
    private let image: ArraySlice<UInt8>
    private let form: Form
    /// Where the page's header begins: behind the file's own on the first page.
    private let start: Int

    /// How the cells of a page are laid out.
    private enum Form {
        /// A leaf of a table with row numbers, or a page whose kind cannot be read.
        case tableLeaf
        /// A leaf of an index, or of a table without row numbers.
        case indexLeaf
        /// An inner page of the same, whose cells hold rows too.
        case indexInterior
    }

    /// What stands in a cell.
    struct Cell: Sendable {
        /// The row's number; nil in an index, and in a table without.
        let rowID: Int64?
        /// Its columns; the first of a table whose key is the row number is NULL here.
        let columns: [SQLiteValue]
    }

    /// A page's bytes, without what an extension reserves at its end.
    init(_ image: [UInt8], isFirst: Bool) {
        self.image = image[...]
        start = isFirst ? 100 : 0
        switch self.image.bigEndian(at: start, count: 1) {
        case 0x0A: form = .indexLeaf
        case 0x02: form = .indexInterior
        default: form = .tableLeaf
        }
    }

    /// The cells, in the order of their pointers. `page` gives the page of a number, for rows that go on in others.
    func cells(_ page: (UInt32) -> [UInt8]?) -> [Cell] {
        var cells: [Cell] = []
        var pointer = start + (form == .indexInterior ? 12 : 8)
        var end = image.count
        while pointer + 2 <= end {
            defer { pointer += 2 }
            guard let offset = image.bigEndian(at: pointer, count: 2).map(Int.init), offset >= pointer + 2 else {
                continue
            }
            guard let cell = cell(at: offset, page) else { continue }
            end = min(end, offset)
            cells.append(cell)
        }
        return cells
    }

    private func cell(at offset: Int, _ page: (UInt32) -> [UInt8]?) -> Cell? {
        var position = offset + (form == .indexInterior ? 4 : 0)
        guard let size = image.variableInteger(at: position), let count = Int(exactly: size.value),
            (2...VitalsStoreLimits.rowBytesMax).contains(count)
        else { return nil }
        position += size.count
        var rowID: Int64?
        if form == .tableLeaf {
            guard let number = image.variableInteger(at: position) else { return nil }
            rowID = Int64(bitPattern: number.value)
            position += number.count
        }
        guard let payload = payload(at: position, count: count, page),
            let columns = SQLiteValue.columns(of: payload), !columns.isEmpty
        else { return nil }
        return Cell(rowID: rowID, columns: columns)
    }

    /// The bytes of a row: on this page, and on the chain of pages that the rest of a long one stands on.
    private func payload(at offset: Int, count: Int, _ page: (UInt32) -> [UInt8]?) -> ArraySlice<UInt8>? {
        let usable = image.count
        let most = form == .tableLeaf ? usable - 35 : (usable - 12) * 64 / 255 - 23
        guard count > most else { return slice(offset, count) }
        let least = (usable - 12) * 32 / 255 - 23
        let surplus = least + (count - least) % (usable - 4)
        let local = surplus <= most ? surplus : least
        guard var bytes = slice(offset, local).map(Array.init), var next = image.word(at: offset + local) else {
            return nil
        }
        // Each page of the chain adds bytes, so even a chain that bites its tail comes to an end.
        while bytes.count < count {
            guard next > 0, let following = page(next), following.count == usable,
                let after = following[...].word(at: 0)
            else { return nil }
            bytes += following[4..<min(usable, 4 + count - bytes.count)]
            next = after
        }
        return bytes[...]
    }

    private func slice(_ offset: Int, _ count: Int) -> ArraySlice<UInt8>? {
        guard offset >= 0, count >= 0, offset <= image.count - count else { return nil }
        return image[(image.startIndex + offset)..<(image.startIndex + offset + count)]
    }
}
