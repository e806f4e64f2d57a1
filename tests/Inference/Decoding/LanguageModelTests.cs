using Understudy.Inference.Decoding;
using Understudy.Inference.Tokenization;
using Understudy.Tests;
using Understudy.Training.Onnx;

namespace Understudy.Inference.Tests.Decoding;

public sealed class LanguageModelTests : IDisposable
{
    private const string Generation = "generation_config.json", Config = "config.json";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(null, null, new[] { 0 })]
    [InlineData(null, """{ "eos_token_id": 2 }""", new[] { 2 })]
    [InlineData("""{ "eos_token_id": [1, 2] }""", """{ "eos_token_id": 3 }""", new[] { 1, 2 })]
    [InlineData("""{ "max_new_tokens": 9 }""", """{ "eos_token_id": 3 }""", new[] { 3 })]
    [InlineData("""{ "eos_token_id": [9999, 3, 3, -1, "1"] }""", null, new[] { 3 })]
    [InlineData("""{ "eos_token_id": 9999 }""", """{ "eos_token_id": null }""", new[] { 0 })]
    [InlineData("""{""", """[2]""", new[] { 0 })]
    public void Load_EndTokens_AreThoseOfTheModelsFilesElseTheTokenizers(string? generation, string? config, int[] expected)
    {
        var path = _folder.At("onnx/model.onnx"); // the other files lie one folder up, as exports have them
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var tokenizer = BpeTrainer.Train(["call anna"], new() { Vocabulary = 262, SpecialTokens = [BpeTraining.EndOfTextToken, "<|a|>", "<|b|>", "<|c|>"] });
        tokenizer.Save(_folder.At("tokenizer.json"));
        DecoderExport.Save(DecoderWeights.Random(TinyDecoder.Small with { Vocabulary = tokenizer.VocabularySize }, 1), DecoderPrecision.Float32, path, DecoderFamily.HuggingFace);
        foreach (var (name, text) in ((string, string?)[])[(Generation, generation), (Config, config)])
        {
            if (text is not null)
            {
                File.WriteAllText(_folder.At(name), text);
            }
        }

        using var model = LanguageModel.Load(path);
        Assert.Equal(expected, model.EndTokens);
    }
}
