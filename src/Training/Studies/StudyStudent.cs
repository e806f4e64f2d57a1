using TorchSharp;
using Understudy.Inference.Classification;
using Understudy.Training.Encoders;
using Understudy.Training.Onnx;
using Understudy.Training.Recipes;

namespace Understudy.Training.Studies;

/// <summary>A small encoder that is taught, exported in int8 and measured on the test part.</summary>
internal static class StudyStudent
{
    /// <summary>1.2 M parameters: less than a tenth of a lead's bytes.</summary>
    public static EncoderShape Shape { get; } = new(8002, 96, 128, 512, 2, 4, 64);

    /// <summary>How every student of a study is trained, whatever it learns from.</summary>
    public static EncoderTraining Training { get; } = new() { Epochs = 45, Rate = 1.5e-3, TokenDropout = 0.15, BatchTexts = 64 };

    /// <param name="start">What the new model's weights start from; null for random ones.</param>
    public static StudyMeasurement Measure(StudyLead lead, EncoderTraining training, IReadOnlyList<TokenizedText> texts, Action<Encoders.TextEncoder>? start, Action<double> report, CancellationToken cancellationToken)
    {
        torch.random.manual_seed(training.Seed);
        using var model = new Encoders.TextEncoder(Shape, lead.Task.Labels.Count, training.Dropout);
        start?.Invoke(model);
        new EncoderTrainer("student", model, training).Train(texts, [], onStep: (done, _) => report(done), cancellationToken: cancellationToken);
        return Export(lead, model, cancellationToken);
    }

    /// <summary>Accuracy and bytes of the model's int8 file.</summary>
    public static StudyMeasurement Export(StudyLead lead, Encoders.TextEncoder model, CancellationToken cancellationToken)
    {
        var (scores, bytes) = Serve(lead, model, cancellationToken);
        var accuracy = Scores.Accuracy(scores, lead.Test);
        return new(accuracy, new Dictionary<string, double> { ["bytes"] = bytes, ["shareOfLeadBytes"] = bytes / lead.Bytes, ["shareOfLeadAccuracy"] = accuracy / lead.Accuracy });
    }

    /// <summary>The logits of the test texts and the bytes of the model's int8 file.</summary>
    public static (float[][] Scores, double Bytes) Serve(StudyLead lead, Encoders.TextEncoder model, CancellationToken cancellationToken)
    {
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".onnx");
        try
        {
            model.eval();
            new EncoderExport(model, int8: true).Save(file);
            using var classifier = new EncoderClassifier("student", EncoderClassifier.Open(file), file, lead.Tokenizer.Encode, model.Shape.MaxTokens, null);
            return (Scores.Of(classifier, [.. lead.Test.Select(example => example.Text)], cancellationToken: cancellationToken), new FileInfo(file).Length);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
