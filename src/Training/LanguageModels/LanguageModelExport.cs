using Understudy.Inference.Decoding;
using Understudy.Training.Decoders;
using Understudy.Training.Onnx;

namespace Understudy.Training.LanguageModels;

/// <summary>Exports a trained decoder in every precision and measures what the smaller ones lose.</summary>
/// <param name="parts">By part of the data, what measures how many of its answers are right.</param>
/// <param name="text">Rows that agreement is measured on.</param>
internal sealed class LanguageModelExport(string workFolder, IReadOnlyDictionary<string, Func<DecoderModel, double>> parts, IReadOnlyList<TokenRow> text, Action<string, double, string> report)
{
    public static string FileName(string model, DecoderPrecision precision) => $"{model}.{(precision == DecoderPrecision.Float32 ? "float" : precision == DecoderPrecision.Int8 ? "int8" : "int4")}.onnx";

    /// <returns>What was measured, by precision: <c>float32</c>, <c>int8</c>, <c>int4</c>.</returns>
    public IReadOnlyDictionary<string, DecoderFacts> Run(string name, TextDecoder model, CancellationToken cancellationToken)
    {
        var weights = model.Weights();
        var facts = new Dictionary<string, DecoderFacts>();
        foreach (var precision in Enum.GetValues<DecoderPrecision>())
        {
            DecoderExport.Save(weights, precision, PathOf(name, precision));
        }

        using var reference = DecoderModel.Load(PathOf(name, DecoderPrecision.Float32));
        foreach (var precision in Enum.GetValues<DecoderPrecision>())
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var exported = DecoderModel.Load(PathOf(name, precision));
            var fact = new DecoderFacts(
                new FileInfo(PathOf(name, precision)).Length,
                parts.ToDictionary(part => part.Key, part => part.Value(exported)),
                DecoderMeasure.Agreement(exported, reference, text));
            facts[precision.ToString().ToLowerInvariant()] = fact;
            report(name, 1, $"{precision}: {string.Join(", ", fact.ExactMatch.Select(part => $"{part.Key} exact {part.Value:P1}"))}, agreement with float32 {fact.Agreement:P2}, {fact.Bytes / 1e6:F1} MB");
        }

        return facts;
    }

    private string PathOf(string model, DecoderPrecision precision) => Path.Combine(workFolder, FileName(model, precision));
}
