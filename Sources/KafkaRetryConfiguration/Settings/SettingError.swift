package import KafkaRetry

/// What is wrong with a setting, and where it was written. It never holds a secret.
package struct SettingError: Error, Equatable {
    package var origin: SettingOrigin
    /// What is wrong and what is allowed.
    package var problem: String
    /// Whether the text may be meant, and a file, a variable, a cluster or a tenant that it names is not to be found.
    package var isMissing = false

    /// The same for those who read settings with the library.
    package var configurationError: ConfigurationError { ConfigurationError(origin.description, problem) }
}
