extension String {
    /// As many whole characters of Unicode as fit so many bytes of UTF-8.
    func prefix(utf8Bytes: Int) -> String {
        guard utf8.count > utf8Bytes else { return self }
        var room = utf8Bytes
        var result = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            room -= UTF8.width(scalar)
            guard room >= 0 else { break }
            result.append(scalar)
        }
        return String(result)
    }
}
