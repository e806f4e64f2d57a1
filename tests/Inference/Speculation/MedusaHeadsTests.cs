using Understudy.Inference.Classification;
using Understudy.Inference.Decoding;
using Understudy.Inference.Speculation;
using Understudy.Inference.Tests.Decoding;
using Understudy.Training.Onnx;

namespace Understudy.Inference.Tests.Speculation;

public sealed class MedusaHeadsTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".onnx");

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData(DecoderPrecision.Float32, 1e-4)]
    [InlineData(DecoderPrecision.Int8, 0.2)]
    public void Run_Heads_GiveWhatTheFormulaGives(DecoderPrecision precision, double tolerance)
    {
        using var decoder = new TinyDecoder();
        using var tiny = new TinyMedusa(decoder);
        MedusaExport.Save(tiny.Weights, precision, _file);
        using var heads = MedusaHeads.Load(_file);
        var random = new Random(3);
        float[] hidden = [.. Enumerable.Range(0, heads.Width).Select(_ => (float)((2 * random.NextDouble()) - 1))];
        var logits = new float[heads.Count * heads.Guesses];

        heads.Run(hidden, logits);

        Assert.Equal(Reference(tiny.Weights, hidden), logits.Select(value => (double)value), (expected, actual) => Math.Abs(expected - actual) < tolerance);
    }

    [Fact]
    public void Run_SomeTokens_GivesTheirLogitsAndNamesThem()
    {
        using var decoder = new TinyDecoder();
        using var tiny = new TinyMedusa(decoder);
        int[] tokens = [2, 3, 7];
        var (width, vocabulary) = (tiny.Weights.Width, tiny.Weights.Vocabulary);
        MedusaExport.Save(Only(tiny.Weights, tokens), DecoderPrecision.Float32, _file);
        using var heads = MedusaHeads.Load(_file);
        float[] hidden = [.. Enumerable.Range(0, width).Select(at => at / (float)width)];
        var (few, all) = (new float[heads.Count * 3], new float[heads.Count * vocabulary]);

        heads.Run(hidden, few);
        tiny.Heads.Run(hidden, all);

        Assert.Equal((3, vocabulary), (heads.Guesses, heads.Vocabulary));
        Assert.Equal(tokens, Enumerable.Range(0, 3).Select(heads.Token));
        for (var at = 0; at < few.Length; at++)
        {
            Assert.Equal(all[(at / 3 * vocabulary) + tokens[at % 3]], few[at], 1e-4);
        }
    }

    [Fact]
    public void Propose_SomeTokens_SuggestsTheBestOfThem()
    {
        using var decoder = new TinyDecoder();
        using var tiny = new TinyMedusa(decoder);
        int[] tokens = [20, 31, 40];
        var (width, vocabulary) = (tiny.Weights.Width, tiny.Weights.Vocabulary);
        MedusaExport.Save(Only(tiny.Weights, tokens), DecoderPrecision.Float32, _file);
        using var heads = MedusaHeads.Load(_file);
        using var proposer = new MedusaProposer(heads);
        using var tree = new TokenTree();
        tree.Reset(1);
        float[] hidden = [.. Enumerable.Range(0, width).Select(at => (at % 5) - 2f)];

        proposer.Propose(
            new()
            {
                Tokens = [1],
                PromptLength = 1,
                Hidden = hidden,
                Sampling = SamplingOptions.Greedy,
                Random = new(1),
                EndTokens = [],
                MaxDepth = 2,
                MaxNodes = 12,
                Proposer = 0,
                Account = new(1),
                NodeWorth = 0,
                TokenMilliseconds = 1,
            },
            tree);

        // Three guesses at the first place and three behind each: none is there twice.
        Assert.Equal(1 + 3 + 9, tree.Count);
        Assert.Equal(tokens, tree.Tokens[1..].ToArray().Distinct().Order());
        var best = Reference(tiny.Weights, hidden).Take(vocabulary).ToArray();
        Assert.Equal(tokens.MaxBy(token => best[token]), tree.Tokens[1]);
    }

    [Fact]
    public void Load_TokenOutsideTheVocabulary_IsNoHeads()
    {
        using var decoder = new TinyDecoder();
        using var tiny = new TinyMedusa(decoder);
        MedusaExport.Save(tiny.Weights with { Head = new float[tiny.Weights.Width], Tokens = [tiny.Weights.Vocabulary] }, DecoderPrecision.Float32, _file);
        Assert.Contains("Medusa heads", Assert.Throws<ModelInvalidException>(() => MedusaHeads.Load(_file)).Message, StringComparison.Ordinal);
    }

    /// <summary>The same heads, guessing from these tokens alone.</summary>
    private static MedusaWeights Only(MedusaWeights weights, int[] tokens) => weights with
    {
        Head = [.. Enumerable.Range(0, weights.Width).SelectMany(row => tokens.Select(token => weights.Head[(row * weights.Vocabulary) + token]))],
        Tokens = tokens,
    };

    private static IEnumerable<double> Reference(MedusaWeights weights, float[] hidden)
    {
        for (var head = 0; head < weights.Residuals.Count; head++)
        {
            var state = new double[weights.Width];
            for (var to = 0; to < state.Length; to++)
            {
                double inner = weights.Biases[head][to];
                for (var from = 0; from < state.Length; from++)
                {
                    inner += hidden[from] * weights.Residuals[head][(from * weights.Width) + to];
                }

                state[to] = hidden[to] + (inner / (1 + Math.Exp(-inner)));
            }

            for (var token = 0; token < weights.Vocabulary; token++)
            {
                double sum = 0;
                for (var from = 0; from < state.Length; from++)
                {
                    sum += state[from] * weights.Head[(from * weights.Vocabulary) + token];
                }

                yield return sum;
            }
        }
    }
}
