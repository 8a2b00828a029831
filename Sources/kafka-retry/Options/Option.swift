import KafkaRetry

/// An option whose value is a `Value`. There is one of each, in `OptionTable`.
struct Option<Value: Sendable>: Sendable {
    let description: OptionDescription
    let parse: @Sendable ([String]) throws(NotationError) -> Value

    private init(
        _ name: String, shape: OptionDescription.Shape, placeholder: String, standard: String?, scope: OptionDescription.Scope,
        reach: OptionDescription.Reach, help: String, parse: @escaping @Sendable ([String]) throws(NotationError) -> Value
    ) {
        self.parse = parse
        description = OptionDescription(
            name: name, shape: shape, placeholder: placeholder, standard: standard, help: help, scope: scope, reach: reach,
            check: { (texts) throws(NotationError) in _ = try parse(texts) })
    }

    /// An option with one value.
    static func single(
        _ name: String, _ form: ValueForm<Value>, standard: String? = nil, scope: OptionDescription.Scope = .process,
        reach: OptionDescription.Reach = .everywhere, _ help: String
    ) -> Self {
        Self(name, shape: .single, placeholder: form.placeholder, standard: standard, scope: scope, reach: reach, help: help) {
            (texts) throws(NotationError) in
            guard let text = texts.last else { throw NotationError("has no value; expected \(form.placeholder)") }
            return try form.parse(text)
        }
    }
}

extension Option where Value == Bool {
    /// An option that is on or off.
    static func toggle(
        _ name: String, standard: Bool, scope: OptionDescription.Scope = .process, reach: OptionDescription.Reach = .everywhere,
        _ help: String
    ) -> Self {
        Self(
            name, shape: .toggle, placeholder: ValueForm<Bool>.truth.placeholder, standard: String(standard), scope: scope, reach: reach,
            help: help
        ) { (texts) throws(NotationError) in try ValueForm<Bool>.truth.parse(texts.last ?? "true") }
    }
}

extension Option {
    /// An option with several values.
    static func list<Element>(
        _ name: String, _ form: ValueForm<Element>, placeholder: String, repeats: Bool = false, standard: String? = nil,
        scope: OptionDescription.Scope = .process, reach: OptionDescription.Reach = .everywhere, _ help: String
    ) -> Self where Value == [Element] {
        Self(
            name, shape: .list(repeats: repeats), placeholder: placeholder, standard: standard, scope: scope, reach: reach, help: help
        ) { (texts) throws(NotationError) in
            guard !texts.isEmpty else { throw NotationError("is empty; expected \(placeholder)") }
            var elements: [Element] = []
            for text in texts {
                guard !text.isEmpty else { throw NotationError("holds an empty entry; is there a comma too many?") }
                elements.append(try form.parse(text))
            }
            return elements
        }
    }
}

extension Option where Value == Never {
    /// `-X name=value`.
    static func properties(_ name: String, _ help: String) -> Self {
        Self(
            name, shape: .properties, placeholder: "NAME=VALUE", standard: nil, scope: .process, reach: .everywhere, help: help
        ) { (_) throws(NotationError) in throw NotationError("holds names and values") }
    }
}
