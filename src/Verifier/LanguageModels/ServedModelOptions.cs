namespace Understudy.Verifier.LanguageModels;

/// <summary>A model that is served by its file.</summary>
internal sealed class ServedModelOptions
{
    /// <summary>An ONNX file.</summary>
    public string Path { get; set; } = "";

    /// <summary>The ONNX file of a small model with the same vocabulary that goes ahead of it; empty for none.</summary>
    public string Draft { get; set; } = "";
}
