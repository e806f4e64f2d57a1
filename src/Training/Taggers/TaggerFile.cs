using System.Globalization;
using TorchSharp;
using Understudy.Inference.FunctionCalls;
using Understudy.Training.Encoders;
using Understudy.Training.Onnx;

namespace Understudy.Training.Taggers;

/// <summary>A tagger as a release has it: writes it, and reads it back to be taught further.</summary>
internal static class TaggerFile
{
    /// <param name="maxTokens">Of the longest request.</param>
    /// <param name="weight">What its log-probabilities count beside the lead's.</param>
    public static void Save(string path, CallTaggerModel model, CallLabels labels, EncoderPrecision precision, int maxTokens, double weight) => new EncoderExport(model.encoder, precision).Save(
        path,
        tags: model.tags,
        facts: new Dictionary<string, string>
        {
            [CallTagger.LabelsKey] = labels.ToJson(),
            [CallTagger.TokensKey] = maxTokens.ToString(CultureInfo.InvariantCulture),
            [CallTagger.WeightKey] = weight.ToString(CultureInfo.InvariantCulture),
        });

    /// <summary>The model of a file, with intents and tags added that it does not know: of those it knows nothing.</summary>
    /// <param name="known">What the file may say.</param>
    /// <param name="labels">What the model is to say: all that is known, and more.</param>
    /// <exception cref="InvalidDataException">The file was not exported here.</exception>
    public static (CallTaggerModel Model, EncoderPrecision Precision) Load(string path, CallLabels known, CallLabels labels, double dropout)
    {
        var read = EncoderImport.Load(path);
        using var encoder = read.Model;
        using var head = read.Tags ?? throw new InvalidDataException($"'{Path.GetFileName(path)}' is no tagger that was exported here: it has no head on tokens.");
        var model = new CallTaggerModel(encoder.Shape, [.. encoder.layers.Select(layer => layer.Size)], labels, dropout);
        using var none = torch.no_grad();
        foreach (var ((name, into), (_, from)) in model.encoder.named_parameters().Zip(encoder.named_parameters()))
        {
            if (!name.StartsWith("head.", StringComparison.Ordinal))
            {
                into.copy_(from);
            }
        }

        CopyRows(encoder.head, known.Intents, model.encoder.head, labels.Intents);
        CopyRows(head, known.Tags, model.tags, labels.Tags);
        return (model, read.Precision);
    }

    private static void CopyRows(MixedLinear from, IReadOnlyList<string> known, MixedLinear into, IReadOnlyList<string> labels)
    {
        using var scope = torch.NewDisposeScope();
        foreach (var (row, name) in known.Index())
        {
            var place = labels.ToList().IndexOf(name);
            into.weight[place].copy_(from.weight[row]);
            into.bias[place].copy_(from.bias[row]);
        }
    }
}
