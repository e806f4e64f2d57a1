using Understudy.Inference.Classification;
using Understudy.Inference.Decoding;
using Understudy.Training.Onnx;
using Understudy.Training.Onnx.Format;

namespace Understudy.Inference.Tests.Decoding;

public sealed class DecoderModelTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".onnx");

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void Load_OwnGraph_ReadsItsShape()
    {
        DecoderExport.Save(DecoderWeights.Random(TinyDecoder.Small, 1), DecoderPrecision.Int4, _file);
        using var model = DecoderModel.Load(_file);
        Assert.Equal(TinyDecoder.Small, model.Shape);
        using var shorter = DecoderModel.Load(_file, new() { MaxTokens = 100 });
        Assert.Equal(100, shorter.MaxTokens);
        Assert.Contains("640", Assert.Throws<ModelInvalidException>(() => DecoderModel.Load(_file, new() { MaxTokens = 641 })).Message);
    }

    [Fact]
    public void Load_HuggingFaceGraph_ReadsWhatItsInputsSay()
    {
        DecoderExport.Save(DecoderWeights.Random(TinyDecoder.Small, 1), DecoderPrecision.Float32, _file, DecoderFamily.HuggingFace);
        using var model = DecoderModel.Load(_file);
        Assert.Equal((48, 2, 2, 16, 2048), (model.Vocabulary, model.Shape.Layers, model.Shape.KvHeads, model.Shape.HeadDim, model.MaxTokens));
    }

    [Fact]
    public void ThreadsFor_WeightsBesideTheGraph_CountThem()
    {
        File.WriteAllBytes(_file, new byte[1000]);
        Assert.Equal(SessionThreads.Caller, OnnxFile.ThreadsFor(_file));
        foreach (var beside in (string[])[_file + "_data", _file + ".data", Path.ChangeExtension(_file, ".data")])
        {
            File.WriteAllBytes(beside, new byte[5 << 20]);
            Assert.Equal(SessionThreads.Own, OnnxFile.ThreadsFor(_file));
            File.Delete(beside);
        }
    }

    [Theory]
    [InlineData("""{ "max_position_embeddings": 300 }""", 300)]
    [InlineData("""{ "max_position_embeddings": null, "n_positions": 200 }""", 200)]
    [InlineData("""{ "max_position_embeddings": "300" }""", null)]
    [InlineData("""{ "max_position_embeddings": 1e99 }""", null)]
    [InlineData("""[300]""", null)]
    [InlineData("""{""", null)]
    public void Load_HuggingFaceConfig_SaysHowManyTokensAtMostOrNothing(string config, int? tokens)
    {
        var folder = Directory.CreateTempSubdirectory("understudy-").FullName;
        try
        {
            var file = Path.Combine(folder, "model.onnx");
            DecoderExport.Save(DecoderWeights.Random(TinyDecoder.Small, 1), DecoderPrecision.Float32, file, DecoderFamily.HuggingFace);
            File.WriteAllText(Path.Combine(folder, "config.json"), config);
            using var model = DecoderModel.Load(file);
            using var shorter = DecoderModel.Load(file, new() { MaxTokens = 100 });
            Assert.Equal((tokens ?? 2048, 100), (model.MaxTokens, shorter.MaxTokens));
            if (tokens is null)
            {
                using var longer = DecoderModel.Load(file, new() { MaxTokens = 4096 });
                Assert.Equal(4096, longer.MaxTokens);
            }
            else
            {
                Assert.Contains($"positions for {tokens}", Assert.Throws<ModelInvalidException>(() => DecoderModel.Load(file, new() { MaxTokens = tokens + 1 })).Message);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Load_TruncatedOrMissingFile_SaysWhatToDo()
    {
        DecoderExport.Save(DecoderWeights.Random(TinyDecoder.Small, 1), DecoderPrecision.Float32, _file);
        File.WriteAllBytes(_file, File.ReadAllBytes(_file)[..5000]);
        Assert.Contains("truncated", Assert.Throws<ModelInvalidException>(() => DecoderModel.Load(_file)).Message);
        Assert.Contains("There is no model", Assert.Throws<ModelInvalidException>(() => DecoderModel.Load(_file + ".none")).Message);
    }

    [Fact]
    public void Load_OtherGraph_NamesEverythingMissing()
    {
        var graph = new OnnxGraph();
        graph.Output("scores", graph.Input("x", TensorProto.Types.DataType.Float, 1), TensorProto.Types.DataType.Float, 1);
        graph.Save(_file);
        var message = Assert.Throws<ModelInvalidException>(() => DecoderModel.Load(_file)).Message;
        Assert.Contains("'input_ids' is missing", message);
        Assert.Contains("'logits' is missing", message);
        Assert.Contains("'past_key_values.0.key' is missing", message);
    }

    [Fact]
    public void Load_OtherFamilyOrShape_SaysSo()
    {
        var graph = new OnnxGraph();
        graph.Describe("understudy.family", "decoder/9");
        graph.Output("logits", graph.Input("x", TensorProto.Types.DataType.Float, 1), TensorProto.Types.DataType.Float, 1);
        graph.Save(_file);
        Assert.Contains("decoder/9", Assert.Throws<ModelInvalidException>(() => DecoderModel.Load(_file)).Message);
    }

    [Fact]
    public void Save_ArraysOfOtherSizes_NamesThemAll()
    {
        var weights = DecoderWeights.Random(TinyDecoder.Small, 1) with { FinalNorm = new float[3], Head = new float[5] };
        var message = Assert.Throws<ArgumentException>(() => DecoderExport.Save(weights, DecoderPrecision.Float32, _file)).Message;
        Assert.Contains("FinalNorm has 3 numbers, 32 are needed", message);
        Assert.Contains("Head has 5 numbers", message);
    }
}
