import KafkaRetry

extension PropertySetting {
    /// Throws if the property may not be set, or is Java's.
    func check() throws(SettingError) {
        if let substitute = ReservedProperties.substitute(for: name) { throw origin.error("\(name) cannot be set here: \(substitute)") }
        if let known = ReservedProperties.librdkafkaName(forJava: name) {
            throw origin.error("\(name) is a property of the Java client: \(known)")
        }
    }
}
