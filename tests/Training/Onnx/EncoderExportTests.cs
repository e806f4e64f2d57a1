using TorchSharp;
using Understudy.Inference.Classification;
using Understudy.Inference.Features;
using Understudy.Inference.Linear;
using Understudy.Training.Encoders;
using Understudy.Training.Linear;
using Understudy.Training.Onnx;
using TextEncoder = Understudy.Training.Encoders.TextEncoder;

namespace Understudy.Training.Tests.Onnx;

public sealed class EncoderExportTests : IDisposable
{
    private static readonly EncoderShape Shape = new(64, 16, 32, 48, 2, 4, 24, Stretch: 8);
    private static readonly NgramOptions Ngrams = new() { Buckets = 256 };

    private readonly string _file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".onnx");

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData(false, 2e-4)]
    [InlineData(true, 0.25)]
    public void Save_AnyPrecision_ScoresLikeTheTrainedModel(bool int8, double tolerance)
    {
        torch.random.manual_seed(3);
        using var model = new TextEncoder(Shape, 3, 0);
        var trainer = new EncoderTrainer("test", model, new EncoderTraining());
        var texts = new[] { "a short one", "one that is a good deal longer than a single stretch of the encoder", "x" };
        var expected = trainer.Score([.. texts.Select(Ids)]);
        new EncoderExport(model, int8).Save(_file);
        using var exported = new EncoderClassifier("test", EncoderClassifier.Open(_file), _file, Encode, Shape.MaxTokens, null);
        var actual = new float[texts.Length * 3];
        exported.Score(texts, actual);
        Assert.True(expected.SelectMany(row => row).Max(Math.Abs) > 0.01f);
        Assert.All(expected.SelectMany(row => row).Zip(actual), pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }

    [Fact]
    public void Save_Int4OfAPrunedEncoder_IsSmallerAndScoresAlike()
    {
        torch.random.manual_seed(3);
        using var model = new TextEncoder(new(256, 32, 64, 96, 2, 4, 24), 3, 0, [new(2, 64), new(3, 32)]);
        string[] texts = ["a short one", "one that is a good deal longer", "x"];
        var expected = new EncoderTrainer("test", model, new EncoderTraining()).Score([.. texts.Select(Ids)]);
        var bytes = Enum.GetValues<EncoderPrecision>().Select(precision =>
        {
            new EncoderExport(model, precision).Save(_file);
            return new FileInfo(_file).Length;
        }).ToArray();
        Assert.True(bytes[1] < bytes[0] / 2 && bytes[2] < bytes[1], string.Join(", ", bytes));

        using var exported = new EncoderClassifier("test", EncoderClassifier.Open(_file), _file, Encode, Shape.MaxTokens, null);
        var actual = new float[texts.Length * 3];
        exported.Score(texts, actual);
        var spread = Math.Sqrt(expected.SelectMany(row => row).Average(value => value * value));
        var error = Math.Sqrt(expected.SelectMany(row => row).Zip(actual, (a, b) => Math.Pow(a - b, 2)).Average());
        Assert.True(error < 0.25 * spread, $"error {error}, spread {spread}");
    }

    [Fact]
    public void Save_WithNgrams_AddsTheirWeighedLogits()
    {
        torch.random.manual_seed(4);
        using var model = new TextEncoder(Shape, 2, 0);
        var texts = new[] { "buy now cheap", "see you at lunch", "cheap lunch now", "" };
        var linear = new LinearTrainer(Ngrams, new LinearTraining { Epochs = 3 }).Train(texts[..2], [[1, 0], [0, 1]]);
        var deep = new EncoderTrainer("test", model, new EncoderTraining()).Score([.. texts.Select(Ids)]);
        using var classifier = new LinearClassifier("n-grams", linear);
        var wide = new float[texts.Length * 2];
        classifier.Score(texts, wide);
        new EncoderExport(model, int8: false).Save(_file, linear, 1.5f);
        using var exported = new EncoderClassifier("test", EncoderClassifier.Open(_file), _file, Encode, Shape.MaxTokens, Ngrams);
        var actual = new float[texts.Length * 2];
        exported.Score(texts, actual);
        Assert.Contains(wide, value => Math.Abs(value) > 0.05f);
        Assert.All(deep.SelectMany(row => row).Zip(wide, (d, w) => d + (1.5f * w)).Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-3));
    }

    private static int[] Ids(string text)
    {
        var ids = new int[Shape.MaxTokens];
        return ids[..Encode(text, Shape.MaxTokens, ids)];
    }

    private static int Encode(string text, int maxTokens, Span<int> ids)
    {
        var count = Math.Clamp(text.Length, 1, maxTokens);
        for (var i = 0; i < count; i++)
        {
            ids[i] = text.Length == 0 ? 0 : text[i] % Shape.Vocabulary;
        }

        return count;
    }
}
