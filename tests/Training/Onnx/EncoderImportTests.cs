using TorchSharp;
using Understudy.Training.Distillation;
using Understudy.Training.Encoders;
using Understudy.Training.Onnx;
using TextEncoder = Understudy.Training.Encoders.TextEncoder;

namespace Understudy.Training.Tests.Onnx;

/// <summary>What was exported can be read back and taught further.</summary>
public sealed class EncoderImportTests : IDisposable
{
    private static readonly int[][] Texts = [[5, 9, 61, 7], [12, 44, 3, 19, 28, 33, 6, 41, 2], [1]];

    private readonly string _file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".onnx");
    private readonly string _again = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".onnx");

    public void Dispose()
    {
        File.Delete(_file);
        File.Delete(_again);
    }

    [Theory]
    [InlineData(nameof(EncoderPrecision.Float32), 1e-6)]
    [InlineData(nameof(EncoderPrecision.Int8), 0.05)]
    [InlineData(nameof(EncoderPrecision.Int4), 0.4)]
    public void Load_EveryPrecisionOfAPrunedEncoder_ScoresAsTheTrainedOne(string name, double tolerance)
    {
        var precision = Enum.Parse<EncoderPrecision>(name);
        torch.random.manual_seed(5);
        using var model = new TextEncoder(new(256, 32, 64, 96, 2, 4, 24, Stretch: 8), 3, 0, [new(2, 64), new(3, 32)]);
        new EncoderExport(model, precision).Save(_file);

        var (read, stored) = EncoderImport.Load(_file);

        using (read)
        {
            Assert.Equal(precision, stored);
            Assert.Equal(model.Shape with { FeedForward = 64 }, read.Shape);
            Assert.Equal([new(2, 64), new(3, 32)], read.layers.Select(layer => layer.Size));
            var (expected, actual) = (Score(model), Score(read));
            Assert.True(expected.Max(Math.Abs) > 0.05f);
            Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, tolerance));
        }
    }

    [Fact]
    public void Load_OneAsWideAsItsEmbeddings_HasNoWideningLayer()
    {
        torch.random.manual_seed(5);
        using var model = new TextEncoder(new(64, 32, 32, 48, 1, 4, 24), 2, 0);
        new EncoderExport(model, EncoderPrecision.Float32).Save(_file);

        using var read = EncoderImport.Load(_file).Model;

        Assert.Equal(model.Shape, read.Shape);
        Assert.All(Score(model).Zip(Score(read)), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
    }

    [Fact]
    public void Load_Int8_GivesTheSameCodesWhenQuantisedAgain()
    {
        torch.random.manual_seed(6);
        using var model = new TextEncoder(new(256, 32, 64, 96, 2, 4, 24), 3, 0);
        new EncoderExport(model, EncoderPrecision.Int8).Save(_file);

        using var read = EncoderImport.Load(_file).Model;
        new EncoderExport(read, EncoderPrecision.Int8).Save(_again);

        var (first, second) = (File.ReadAllBytes(_file), File.ReadAllBytes(_again));
        Assert.Equal(first, second);
    }

    [Fact]
    public void Load_StudentThatSharesTheLeadsLayers_KeepsThemFrozen()
    {
        var lead = new EncoderShape(64, 32, 64, 512, 2, 4, 24);
        using var student = StudentEncoder.Empty(StudentStart.Shared, lead, 2, 0);
        new EncoderExport(student, EncoderPrecision.Int8).Save(_file);

        using var read = EncoderImport.Load(_file).Model;

        Assert.Equal(StudentEncoder.SharedParameters(student), StudentEncoder.SharedParameters(read));
        Assert.NotEqual(0, StudentEncoder.SharedParameters(read));
    }

    [Fact]
    public void Load_SomethingElse_SaysThatItIsNoEncoder()
    {
        File.WriteAllText(_file, "no model at all");

        Assert.Contains(Path.GetFileName(_file), Assert.Throws<InvalidDataException>(() => EncoderImport.Load(_file)).Message);
    }

    private static float[] Score(TextEncoder model) => [.. new EncoderTrainer("test", model, new EncoderTraining()).Score(Texts).SelectMany(row => row)];
}
