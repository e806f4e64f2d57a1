using TorchSharp;
using Understudy.Inference.FunctionCalls;
using Understudy.Training.Onnx;
using Understudy.Training.Taggers;

namespace Understudy.Training.Tests.Retraining;

/// <summary>A tagger comes back from the file that serves.</summary>
public sealed class TaggerFileTests : IDisposable
{
    private static readonly CallLabels Labels = new(["Call", "Text"], ["O", "B-person", "I-person"], [[0, 1, 2], [0, 1, 2]]);

    private readonly string _folder = Directory.CreateTempSubdirectory("understudy-tagger-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(EncoderPrecision.Float32)]
    [InlineData(EncoderPrecision.Int8)]
    public void Load_StoredAgain_GivesTheSameBytes(object precision)
    {
        var (first, second) = (Path.Combine(_folder, "first.onnx"), Path.Combine(_folder, "second.onnx"));
        using (var model = Model())
        {
            TaggerFile.Save(first, model, Labels, (EncoderPrecision)precision, maxTokens: 16, weight: 0.7);
        }

        var (read, stored) = TaggerFile.Load(first, Labels, Labels, dropout: 0.2);
        using (read)
        {
            TaggerFile.Save(second, read, Labels, stored, maxTokens: 16, weight: 0.7);
        }

        Assert.Equal(precision, stored);
        Assert.Equal(File.ReadAllBytes(first), File.ReadAllBytes(second));
    }

    [Fact]
    public void Load_WithMoreIntentsAndTags_SaysOfThoseItKnowsWhatItSaid()
    {
        var path = Path.Combine(_folder, "tagger.onnx");
        using var model = Model();
        TaggerFile.Save(path, model, Labels, EncoderPrecision.Float32, maxTokens: 16, weight: 0);
        var more = Labels.With(new(["Ask", "Text"], ["O", "B-time", "I-time"], [[0], [0, 1, 2]]));

        var (read, _) = TaggerFile.Load(path, Labels, more, dropout: 0);

        using (read)
        using (torch.no_grad())
        {
            model.eval();
            read.eval();
            var (ids, mask) = (torch.tensor(new long[] { 3, 4, 5 }, [1, 3]), torch.ones(1, 3));
            var ((intents, tags), (wider, taller)) = (model.forward(ids, mask), read.forward(ids, mask));
            Assert.Equal([1, 3], wider.shape);
            Assert.Equal([1, 3, 5], taller.shape);
            Assert.True(torch.allclose(intents, wider[.., ..2], atol: 1e-5));
            Assert.True(torch.allclose(tags, taller[.., .., ..3], atol: 1e-5));
        }
    }

    [Fact]
    public void With_OthersLabels_KeepsPlacesAndAddsWhatIsNew()
    {
        var more = Labels.With(new(["Ask", "Text"], ["O", "B-time", "I-time"], [[0], [0, 1, 2]]));

        Assert.Equal(["Call", "Text", "Ask"], more.Intents);
        Assert.Equal(["O", "B-person", "I-person", "B-time", "I-time"], more.Tags);
        Assert.Equal([[0, 1, 2], [0, 1, 2, 3, 4], [0]], more.Slots);
    }

    [Fact]
    public void Load_EncoderThatIsNoTagger_SaysSo()
    {
        var path = Path.Combine(_folder, "encoder.onnx");
        using (var model = Model())
        {
            new EncoderExport(model.encoder, EncoderPrecision.Float32).Save(path);
        }

        Assert.Contains("no head on tokens", Assert.Throws<InvalidDataException>(() => TaggerFile.Load(path, Labels, Labels, 0)).Message, StringComparison.Ordinal);
    }

    private static CallTaggerModel Model()
    {
        torch.random.manual_seed(17);
        return new(new() { Embedding = 16, Width = 32, FeedForward = 32, Layers = 2, Heads = 2, MaxTokens = 16 }, vocabulary: 50, Labels);
    }
}
