using System.Text;
using Understudy.Inference.Decoding;
using Understudy.Inference.Speculation;
using Understudy.Inference.Tests.Speculation;
using Understudy.Inference.Tokenization;
using Understudy.Training.Onnx;

namespace Understudy.Inference.Tests.Decoding;

public sealed class TextGenerationTests : IDisposable
{
    private const int Longest = 40;

    private static readonly TextTokenizer Tokenizer = BpeTrainer.Train(["call anna and text bert"], new() { Vocabulary = 270, SpecialTokens = [BpeTraining.EndOfTextToken], MinCount = 2 });

    private static readonly int[] Prompt = Tokenizer.Encode("call anna");

    private readonly TinyDecoder _decoder = new(spread: 6, shape: TinyDecoder.Small with { Vocabulary = Tokenizer.VocabularySize });
    private readonly LanguageModel _model;

    public TextGenerationTests() => _model = new(_decoder.Model, Tokenizer);

    public void Dispose()
    {
        _model.Dispose();
        _decoder.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Advance_StopCompletedByTheLastTokenThereIsRoomFor_EndsWithStop(bool speculate)
    {
        var (stop, tokens) = Stop();
        using var generation = Run(tokens, stop, speculate);
        Assert.Equal(FinishReason.Stop, generation.Finish);
        Assert.Equal(tokens, generation.Statistics.Tokens);
        Assert.DoesNotContain(stop, generation.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Advance_StopWithinAnAcceptedPath_CountsTheTokensThatPlainDecodingMakes()
    {
        var (stop, tokens) = Stop();
        using var plain = Run(Longest, stop, speculate: false);
        using var ahead = Run(Longest, stop, speculate: true);
        Assert.True(ahead.Statistics.Accepted > 0);
        Assert.Equal((tokens, plain.Text), (plain.Statistics.Tokens, ahead.Text));
        Assert.Equal(plain.Tokens.ToArray(), ahead.Tokens.ToArray());
        Assert.Equal(tokens, ahead.Statistics.Tokens);
        Assert.Equal(tokens - ahead.Statistics.Forwards, ahead.Statistics.Accepted); // the prompt's pass and all but the last had a token of their own
    }

    /// <summary>What is of no use to it takes no sequence from a prompt that comes again.</summary>
    [Fact]
    public void Generate_PromptThatComesAgainAfterALongOutput_GoesOnFromTheSameTokens()
    {
        using var decoder = new TinyDecoder(family: DecoderFamily.HuggingFace, shape: TinyDecoder.Small with { Vocabulary = Tokenizer.VocabularySize });
        using var model = new LanguageModel(decoder.Model, Tokenizer);
        var first = TinyDecoder.Tokens(20);
        int[] prompt = [.. first[..15], first[15] + 1, 1, 2, 3, 4];
        Assert.Equal([0, 15, 15], [Reused(first, 3), Reused(prompt, 90), Reused(prompt, 90)]);

        int Reused(int[] prompt, int most)
        {
            using var generation = model.Generate(prompt, new() { MaxTokens = most }).Run(TestContext.Current.CancellationToken);
            return generation.Statistics.ReusedTokens;
        }
    }

    /// <summary>A decoder of Llama's kind takes the first space of a text away, and an output is not the first of its text.</summary>
    [Fact]
    public void Text_BehindAPrompt_KeepsItsFirstSpace()
    {
        var vocabulary = Enumerable.Range(0, 256).Select(value => $"\"<0x{value:X2}>\": {value + 1}").Prepend("\"<unk>\": 0")
            .Concat(Enumerable.Range(0, 26).Select(letter => $"\"\u2581{(char)('a' + letter)}\": {257 + letter}")).Append("\"<s>\": 283");
        var tokenizer = TextTokenizer.Parse(Encoding.UTF8.GetBytes($$"""
            {
              "added_tokens": [ { "id": 283, "content": "<s>", "special": true } ],
              "decoder": { "type": "Sequence", "decoders": [ { "type": "Replace", "pattern": { "String": "▁" }, "content": " " }, { "type": "ByteFallback" }, { "type": "Fuse" }, { "type": "Strip", "content": " ", "start": 1, "stop": 0 } ] },
              "model": { "type": "BPE", "unk_token": "<unk>", "byte_fallback": true, "vocab": { {{string.Join(", ", vocabulary)}} }, "merges": [] }
            }
            """));
        using var decoder = new TinyDecoder(spread: 6, shape: TinyDecoder.Small with { Vocabulary = tokenizer.VocabularySize });
        using var model = new LanguageModel(decoder.Model, tokenizer);
        var spaces = 0;
        foreach (var first in (int[])[.. Enumerable.Range(257, 27)])
        {
            for (var second = 257; second < 283; second++)
            {
                int[] prompt = first == 283 ? [first] : [first, second];
                using var generation = model.Generate(prompt, new() { MaxTokens = 4 }).Run(TestContext.Current.CancellationToken);
                Assert.Equal(tokenizer.Decode([.. prompt, .. generation.Tokens]), tokenizer.Decode(prompt) + generation.Text);
                spaces += first < 283 && generation.Text.StartsWith(' ') ? 1 : 0;
            }
        }

        Assert.True(spaces > 10, $"only {spaces} texts began with a space");
    }

    /// <summary>Exports pad their logits; a token that the tokenizer lacks is no text.</summary>
    [Theory]
    [InlineData(DecoderFamily.Understudy, 0, false)]
    [InlineData(DecoderFamily.Understudy, 0, true)]
    [InlineData(DecoderFamily.Understudy, 1, true)]
    [InlineData(DecoderFamily.HuggingFace, 0, false)]
    [InlineData(DecoderFamily.HuggingFace, 1, false)]
    public void Advance_MoreLogitsThanTokens_WritesNoneOfTheSurplus(DecoderFamily family, double temperature, bool speculate)
    {
        using var decoder = new TinyDecoder(family: family, spread: 6, shape: TinyDecoder.Small with { Vocabulary = Tokenizer.VocabularySize + 300 });
        using var model = new LanguageModel(decoder.Model, Tokenizer);
        var options = new GenerationOptions { MaxTokens = Longest, LogProbabilities = 20, Sampling = new() { Temperature = temperature, Seed = 3 } };
        using var plain = model.Generate(Prompt, options).Run(TestContext.Current.CancellationToken);
        using var speculator = speculate ? new Speculator([new TextProposer(plain.Tokens.ToArray()), new DraftProposer(model.NewSession(), siblings: 2)], new SpeculationController(GenerationTests.Flat, 2, adaptive: false)) : null;
        using var generation = model.Generate(Prompt, options, speculator);
        while (generation.Finish == FinishReason.None)
        {
            Assert.All(generation.Advance(out _), token => Assert.All(token.Top.Select(top => top.Id).Append(token.Id), id => Assert.InRange(id, 0, Tokenizer.VocabularySize - 1)));
        }

        Assert.Equal(Longest, generation.Tokens.Length);
        if (temperature == 0)
        {
            Assert.Equal(plain.Tokens.ToArray(), generation.Tokens.ToArray());
        }
    }

    /// <summary>A text that is completed by a token in the middle, and how many tokens that takes.</summary>
    private (string Stop, int Tokens) Stop()
    {
        using var plain = Run(Longest, null, speculate: false);
        var output = plain.Tokens.ToArray();
        for (var tokens = 12; tokens < Longest - 4; tokens++)
        {
            var (before, text) = (Tokenizer.Decode(output.AsSpan(0, tokens - 1)), Tokenizer.Decode(output.AsSpan(0, tokens)));
            if (text.Length > before.Length && text.StartsWith(before, StringComparison.Ordinal) && !text.EndsWith('\uFFFD') && !before.Contains(text[before.Length..], StringComparison.Ordinal))
            {
                return (text[before.Length..], tokens);
            }
        }

        throw new InvalidOperationException("No token brings a new text; take another seed.");
    }

    private TextGeneration Run(int tokens, string? stop, bool speculate)
    {
        var options = new GenerationOptions { MaxTokens = tokens, Stop = stop is null ? [] : [stop] };
        if (!speculate)
        {
            return _model.Generate(Prompt, options).Run(TestContext.Current.CancellationToken);
        }

        using var plain = Run(Longest, null, speculate: false);
        using var speculator = new Speculator([new TextProposer(plain.Tokens.ToArray())], new SpeculationController(GenerationTests.Flat, 1, adaptive: false));
        return _model.Generate(Prompt, options, speculator).Run(TestContext.Current.CancellationToken);
    }
}
