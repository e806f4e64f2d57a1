namespace Understudy.Verifier.LanguageModels;

/// <summary>Files that make a model, and the names under which it is served.</summary>
/// <param name="Names">The first one stands for all in messages.</param>
/// <param name="Model">An ONNX file.</param>
/// <param name="Draft">The ONNX file of its draft; null for none.</param>
/// <param name="Medusa">The ONNX file of its Medusa heads; null for none.</param>
/// <param name="Tagger">The ONNX file of the tagger that goes ahead of it on function calls; null for none.</param>
internal sealed record ModelSource(IReadOnlyList<string> Names, string Model, string? Draft, string? Medusa = null, string? Tagger = null);
