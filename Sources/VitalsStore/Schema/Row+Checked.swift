import Foundation
import GRDB

/// Columns read without trust: a damaged file may hold any type anywhere, and GRDB's own conversions stop the program.
extension Row {
    /// The column when it is an integer.
    func integer(_ column: Int) -> Int64? {
        if case .int64(let value) = databaseValue(column).storage { value } else { nil }
    }

    /// The column when it is text.
    func text(_ column: Int) -> String? {
        if case .string(let value) = databaseValue(column).storage { value } else { nil }
    }

    /// The column when it is a blob.
    func bytes(_ column: Int) -> [UInt8]? {
        if case .blob(let value) = databaseValue(column).storage { Array(value) } else { nil }
    }

    /// Whether the column is NULL.
    func isNull(_ column: Int) -> Bool { databaseValue(column).isNull }

    private func databaseValue(_ column: Int) -> DatabaseValue { self[column] }
}
