using System.Text.Json.Nodes;
using Understudy.Inference.Decoding;
using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Grammars;
using Understudy.Inference.Speculation;
using Understudy.Inference.Tests.Decoding;
using Understudy.Inference.Tokenization;

namespace Understudy.Inference.Tests.Speculation;

public sealed class GrammarProposerTests
{
    private const string Schema = """
        { "type": "object", "required": ["intent", "slots"], "properties": { "intent": { "enum": ["PlayMusic", "RateBook"] },
          "slots": { "type": "object", "properties": { "artist": { "type": "string", "format": "extract" }, "rating": { "type": "string", "format": "extract" } } } } }
        """;

    private static readonly string[] Requests = ["play a song by westbam", "rate this book five", "please play play play"];

    private static readonly TextTokenizer Tokenizer = BpeTrainer.Train(
        [.. Requests, """{"intent":"PlayMusic","slots":{"artist":"westbam"}}""", """{"intent":"RateBook","slots":{"rating":"five"}}"""],
        new() { Vocabulary = 330, SpecialTokens = FunctionCallPrompt.SpecialTokens, MinCount = 1 });

    private static readonly FunctionCallTask Calls = new(
        new() { Name = "calls", Kind = "generation", Labels = ["PlayMusic", "RateBook"], Schema = JsonNode.Parse(Schema)!.AsObject() }, Tokenizer);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Propose_UnderAGrammar_WritesWhatPlainGreedyWrites(bool adaptive)
    {
        using var target = new TinyDecoder(spread: 3, shape: TinyDecoder.Small with { Vocabulary = Tokenizer.VocabularySize });
        using var session = target.Model.NewSession();
        using var speculator = Speculator(adaptive);
        var (tokens, forwards) = (0, 0);
        foreach (var request in Enumerable.Range(0, 4).SelectMany(_ => Requests))
        {
            var plain = Run(session, request, null, out _);
            Assert.Equal(plain, Run(session, request, speculator, out var statistics));
            (tokens, forwards) = (tokens + statistics.Tokens, forwards + statistics.Forwards);
        }

        // A model that was not trained cuts words at random, which who adapts soon sees.
        Assert.True(adaptive || forwards * 1.3 < tokens, $"{forwards} passes for {tokens} tokens");
    }

    [Fact]
    public void Propose_AtTheBeginning_IsWhatTheTokenizerMakesOfIt()
    {
        using var tree = new TokenTree();
        tree.Reset(0);
        using var proposer = new GrammarProposer(Tokenizer);
        var grammar = Calls.Options(Requests[0], 100).Grammar!;

        proposer.Propose(Context(grammar.Begin(100)), tree);

        // One of two intents follows, each to its end and the beginning of the slots; cut as in a whole call, but for the last token, which may be longer there.
        string[] calls = ["""{"intent":"PlayMusic","slots":{"artist":"a"}}""", """{"intent":"PlayMusic","slots":{}}""", """{"intent":"RateBook","slots":{"rating":"a"}}""", """{"intent":"RateBook","slots":{}}"""];
        foreach (var call in calls)
        {
            var expected = Tokenizer.Encode(call);
            var (node, depth) = (0, 0);
            while (tree.Child(node, expected[depth]) is >= 0 and var child)
            {
                (node, depth) = (child, depth + 1);
            }

            var text = Tokenizer.Decode(expected.AsSpan(0, depth));
            Assert.True(call.IndexOf("slots", StringComparison.Ordinal) <= text.Length, $"'{text}' of '{call}'");
        }
    }

    [Fact]
    public void Propose_WithoutAGrammar_SuggestsNothing()
    {
        using var tree = new TokenTree();
        tree.Reset(0);
        using var proposer = new GrammarProposer(Tokenizer);

        proposer.Propose(Context(null), tree);

        Assert.Equal(1, tree.Count);
    }

    private static Speculator Speculator(bool adaptive) =>
        new([new GrammarProposer(Tokenizer)], new(new StepCosts(new Dictionary<int, double> { [1] = 1, [16] = 1.5 }), 1, adaptive));

    private static ProposalContext Context(GrammarCursor? constraint) => new()
    {
        Tokens = (int[])[0],
        PromptLength = 1,
        Sampling = SamplingOptions.Greedy,
        Random = new(1),
        Constraint = constraint,
        EndTokens = [],
        MaxDepth = 40,
        MaxNodes = 60,
        Proposer = 0,
        Account = new(1),
        NodeWorth = 0,
        TokenMilliseconds = 1,
    };

    private static int[] Run(DecoderSession session, string request, Speculator? speculator, out GenerationStatistics statistics)
    {
        using var generation = new Generation(session, Calls.Prompt(request), Calls.Options(request, 100), speculator);
        while (generation.Finish == FinishReason.None)
        {
            generation.Advance();
        }

        statistics = generation.Statistics;
        return generation.Output.ToArray();
    }
}
