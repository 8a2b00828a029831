/// What counts for one tenant, in the order of its weight. This is the only place that knows the order:
///
/// 1. the command line, or a call's arguments;
/// 2. the tenant;
/// 3. the named cluster;
/// 4. the default cluster;
///
/// and of each of the last three its variables before what the file says. Properties are overlaid one by one, other settings as a whole.
struct ConnectionLevels {
    /// A cluster or a tenant, as the file and as variables have it.
    struct Level {
        var file: ConnectionLayer
        var variables: ConnectionLayer
    }

    var flags: ConnectionLayer
    /// The default cluster, then the named cluster and the tenant if they are asked for.
    var ascending: [Level]
    var tenant: String?
    var cluster: String?

    /// What decides about `key`; `nil` if nobody says anything.
    subscript(key: ConnectionKey) -> Setting? {
        if let setting = flags[key] { return setting }
        for level in ascending.reversed() {
            if let setting = level.variables[key] ?? level.file[key] { return setting }
        }
        return nil
    }

    /// All properties, what weighs most last.
    ///
    /// A file of properties that the command line names takes the place of the default cluster's; beside a named cluster or a tenant
    /// it weighs more than they do, as all that the command line says.
    ///
    /// - Parameter contents: the properties in the file that a setting names.
    func properties(
        _ contents: (Setting) throws(SettingError) -> [PropertySetting]
    ) throws(SettingError) -> [PropertySetting] {
        let isOverlaid = ascending.count > 1
        var all: [PropertySetting] = []
        for (number, level) in ascending.enumerated() {
            var file = level.variables[.commandConfig] ?? level.file[.commandConfig]
            if number == 0, let flag = flags[.commandConfig] { file = isOverlaid ? nil : flag }
            all += level.file.properties
            if let file { all += try contents(file) }
            all += level.variables.properties
        }
        if isOverlaid, let flag = flags[.commandConfig] { all += try contents(flag) }
        return all + flags.properties
    }
}
