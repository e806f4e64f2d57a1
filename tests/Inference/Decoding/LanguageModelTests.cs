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

    [Theory]
    [InlineData(DecoderFamily.Understudy, 0, 19)]
    [InlineData(DecoderFamily.Understudy, 1, 19)]
    [InlineData(DecoderFamily.HuggingFace, 0, 0)] // read anew, so that it is rounded as it was
    [InlineData(DecoderFamily.HuggingFace, 1, 19)]
    public void Generate_PromptWithALongAnswerComesAgain_IsNotReadAgain(DecoderFamily family, double temperature, int reused)
    {
        using var model = Tiny(family);
        _ = model.Decoder.Noise; // measured, so that it is known whether chains round alike
        var (prompt, options) = (TinyDecoder.Tokens(20), new GenerationOptions { MaxTokens = 60, Sampling = new() { Temperature = temperature } });
        using (var first = model.Generate(prompt, options))
        {
            first.Run(TestContext.Current.CancellationToken);
        }

        using var again = model.Generate(prompt, options);
        again.Run(TestContext.Current.CancellationToken);
        Assert.Equal(reused, again.Statistics.ReusedTokens);
    }

    [Theory]
    [InlineData(DecoderFamily.Understudy, false)]
    [InlineData(DecoderFamily.Understudy, true)]
    [InlineData(DecoderFamily.HuggingFace, false)]
    [InlineData(DecoderFamily.HuggingFace, true)]
    public void Rent_BeginningOfALongPrompt_LeavesThatWhereItIs(DecoderFamily family, bool repeatable)
    {
        using var model = Tiny(family);
        _ = model.Decoder.Noise;
        var prompt = TinyDecoder.Tokens(60);
        var held = model.Rent(prompt, repeatable);
        held.Prefill(prompt);
        model.Return(held);

        var other = model.Rent(prompt[..20], repeatable);
        Assert.NotSame(held, other);
        model.Return(other);
        Assert.Same(held, model.Rent([.. prompt, 1], repeatable));
        model.Return(held);
    }

    [Theory]
    [InlineData(DecoderFamily.Understudy, false)]
    [InlineData(DecoderFamily.Understudy, true)]
    [InlineData(DecoderFamily.HuggingFace, false)]
    public void Rent_FirstPromptOfAConversation_LeavesThatWhereItIs(DecoderFamily family, bool repeatable)
    {
        using var model = Tiny(family);
        _ = model.Decoder.Noise;
        var first = TinyDecoder.Tokens(20);
        var held = model.Rent(first, repeatable);
        held.Prefill(first);
        for (var i = 0; i < 20; i++)
        {
            held.Step(i);
        }

        held.Prefill([.. held.Tokens, .. first]);
        model.Return(held);

        var other = model.Rent(first, repeatable);
        Assert.NotSame(held, other);
        model.Return(other);
    }

    [Fact]
    public void Generate_BeginningOfALongPromptComesAgain_GoesOnFromItsOwnAnswer()
    {
        using var model = Tiny(DecoderFamily.Understudy);
        _ = model.Decoder.Noise;
        var prompt = TinyDecoder.Tokens(60);
        var held = model.Rent(prompt);
        held.Prefill(prompt);
        model.Return(held);
        List<int> reused = [];

        for (var i = 0; i < 2; i++)
        {
            using var generation = model.Generate(prompt[..20], new() { MaxTokens = 60, Sampling = new() { Temperature = 0 } });
            generation.Run(TestContext.Current.CancellationToken);
            reused.Add(generation.Statistics.ReusedTokens);
        }

        Assert.Equal([0, 19], reused);
        Assert.Same(held, model.Rent([.. prompt, 1]));
        model.Return(held);
    }

    private LanguageModel Tiny(DecoderFamily family)
    {
        var tokenizer = BpeTrainer.Train(["call anna"], new() { Vocabulary = 260 });
        tokenizer.Save(_folder.At("tokenizer.json"));
        var path = _folder.At("model.onnx");
        DecoderExport.Save(DecoderWeights.Random(TinyDecoder.Small with { Vocabulary = tokenizer.VocabularySize }, 1, spread: 6), DecoderPrecision.Float32, path, family);
        return LanguageModel.Load(path);
    }
}
