namespace Understudy.Verifier.LanguageModels;

/// <summary>
/// Models that are served beside the releases, by name: section <c>Serve</c> of the configuration, <c>--Serve:my-model:Path=model.onnx</c>.
/// The file may be one that the Hugging Face tools exported; its <c>tokenizer.json</c> stands beside it.
/// </summary>
internal sealed class ServeOptions : Dictionary<string, ServedModelOptions>
{
    public const string Section = "Serve";

    public ServeOptions()
        : base(StringComparer.Ordinal)
    {
    }
}
