using System.Text.Json;
using ScottPlot;
using TorchSharp;
using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Tokenization;
using Understudy.Training.Decoders;
using Understudy.Training.LanguageModels;
using Understudy.Training.Onnx;

namespace Understudy.Training.Taggers;

/// <summary>Trains a recipe's tagger on its function calls and exports it in int8.</summary>
internal sealed class TaggerStep(TaggerTraining training, string workFolder, Action<string, double, string> report)
{
    public const string Name = "tagger";

    /// <summary>Of a release.</summary>
    public const string ModelFile = "tagger.int8.onnx";

    /// <summary>What was measured of it, in the work folder.</summary>
    public const string FactsFile = "tagger.json";

    public string Plot => Path.Combine(workFolder, $"{Name}-training.png");

    public void Run(LanguageModelData data, TextTokenizer tokenizer, int seed, CancellationToken cancellationToken)
    {
        torch.random.manual_seed(seed);
        var labels = CallLabels.Of(data.Calls);
        using var model = new CallTaggerModel(training, tokenizer.VocabularySize, labels);
        report(Name, 0, $"{model.encoder.Parameters / 1e6:F1} M parameters, {labels.Tags.Count} tags");
        if (data.WordVectors is { } folder)
        {
            WordVectors.Load(folder).Start(model.encoder.embedding.weight!, tokenizer);
        }

        var trainer = new TaggerTrainer(model, labels, tokenizer, training with { Seed = seed });
        trainer.Train(data.Calls, data.DevCalls, (done, line) => report(Name, done, line), cancellationToken);
        var file = Path.Combine(workFolder, ModelFile);
        TaggerFile.Save(file, model, labels, EncoderPrecision.Int8, training.MaxTokens, training.Weight);
        Draw(trainer);
        Measure(file, data, tokenizer, model.parameters().Sum(parameter => parameter.numel()));
    }

    /// <summary>As it goes ahead: the int8 file.</summary>
    private void Measure(string file, LanguageModelData data, TextTokenizer tokenizer, long parameters)
    {
        using var tagger = CallTagger.Load(file);
        double Right(IReadOnlyList<TaggedRequest> requests) =>
            requests.Average(request => tagger.Read(tokenizer, tokenizer.Encode(request.Text))?.Best().Call.Equals(request.Call) == true ? 1.0 : 0);
        var exactMatch = new Dictionary<string, double> { ["dev"] = Right(data.DevCalls) };
        if (data.TestCalls.Count > 0)
        {
            exactMatch["test"] = Right(data.TestCalls);
        }

        File.WriteAllText(
            Path.Combine(workFolder, FactsFile),
            JsonSerializer.Serialize(new Dictionary<string, object> { ["int8"] = new { bytes = new FileInfo(file).Length, parameters, exactMatch } }, JsonSerializerOptions.Web));
        report(Name, 1, $"{exactMatch["dev"]:P1} of dev calls right in int8");
    }

    private void Draw(TaggerTrainer trainer)
    {
        using var plot = new Plot();
        double[] epochs = [.. trainer.Measured.Select((_, epoch) => epoch + 1.0)];
        plot.Add.ScatterLine(epochs, [.. trainer.Measured.Select(epoch => epoch.Loss)]).LegendText = "training loss (nats a request)";
        var right = plot.Add.Scatter(epochs, trainer.Measured.Select(epoch => epoch.Right).ToArray());
        right.LegendText = "dev calls that are wholly right";
        right.Axes.YAxis = plot.Axes.Right;
        plot.Axes.Right.Label.Text = "share";
        plot.Axes.Left.Label.Text = "loss";
        plot.Axes.Bottom.Label.Text = "epoch";
        plot.Title($"Training of '{Name}'");
        plot.ShowLegend(Alignment.MiddleRight);
        plot.SavePng(Plot, 900, 500);
    }
}
