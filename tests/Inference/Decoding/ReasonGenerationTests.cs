using System.Text.Json;
using Understudy.Inference.Decoding;
using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Grammars;
using Understudy.Inference.Speculation;
using Understudy.Inference.Tests.Speculation;
using Understudy.Inference.Tokenization;

namespace Understudy.Inference.Tests.Decoding;

/// <summary>A model with random weights that is asked for a reason before its answer.</summary>
public sealed class ReasonGenerationTests : IDisposable
{
    private const int Context = 160;

    private static readonly TextTokenizer Tokenizer = BpeTrainer.Train(
        ["call anna and text bert"], new() { Vocabulary = 270, SpecialTokens = FunctionCallPrompt.SpecialTokensWithReasons, MinCount = 2 });

    private static readonly int Marker = FunctionCallPrompt.AnswerMarker(Tokenizer)!.Value, End = Tokenizer.EndOfText!.Value;

    private readonly TinyDecoder _decoder = new(spread: 4, shape: new(Tokenizer.VocabularySize, 32, 2, 4, 2, 16, 64, Context));
    private readonly LanguageModel _model;

    public ReasonGenerationTests() => _model = new(_decoder.Model, Tokenizer);

    [Theory]
    [InlineData(20)]
    [InlineData(60)]
    [InlineData(1000)]
    public void Run_ReasonThatDoesNotEnd_IsCutAndTheAnswerFollows(int most)
    {
        var prompt = FunctionCallPrompt.Encode(Tokenizer, "call anna");
        using var generation = _model.Generate(prompt, Options(most));
        generation.Run(TestContext.Current.CancellationToken);

        var tokens = generation.Tokens.ToArray();
        Assert.InRange(tokens.Length, 2, Math.Min(most, Context - prompt.Length));
        Assert.Equal(tokens.Length, generation.Statistics.Tokens);
        Assert.Equal((prompt.Length, tokens.Length - 1), (generation.Statistics.PromptTokens, generation.Statistics.Forwards)); // the prompt's pass gives a token, too

        // Both parts are what the model says behind what stands there.
        using var session = _decoder.Model.NewSession(); // one for both, as there: how a pass is cut moves the last bits
        var room = Math.Min(most, Context - prompt.Length - 1);
        var reason = Written(session, prompt, room - (room / 4), [Marker, End]);
        int[] kept = [.. reason.Where(token => token != Marker && token != End)];
        Assert.Equal(Tokenizer.Decode(kept).Trim(), generation.Reason);
        var answer = Written(session, [.. prompt, .. kept, Marker], tokens.Length - reason.Length, [End]);
        Assert.Equal(tokens, (int[])[.. reason, .. answer]);
        Assert.Equal(Tokenizer.Decode(answer), generation.Text);
    }

    [Fact]
    public void Advance_WhileTheReasonIsWritten_GivesNothingOfIt()
    {
        using var generation = _model.Generate(FunctionCallPrompt.Encode(Tokenizer, "call anna"), Options(40) with { LogProbabilities = 0 });
        var (text, tokens) = ("", 0);
        while (generation.Finish == FinishReason.None)
        {
            var before = generation.Reason;
            var given = generation.Advance(out var piece);
            Assert.True(before is not null || (given.Count == 0 && piece.Length == 0));
            (text, tokens) = (text + piece, tokens + given.Count);
        }

        Assert.Equal(generation.Text, text);
        Assert.InRange(tokens, 1, generation.Tokens.Length - 1);
    }

    [Fact]
    public void Run_Grammar_HoldsTheAnswerAndLeavesTheReasonFree()
    {
        var grammar = TokenGrammar.FromJsonSchema(JsonSerializer.SerializeToElement(new { type = "object", required = new[] { "name" }, properties = new { name = new { @enum = new[] { "anna", "bert" } } } }), Tokenizer);
        using var generation = _model.Generate(FunctionCallPrompt.Encode(Tokenizer, "call anna"), Options(80) with { Grammar = grammar });
        generation.Run(TestContext.Current.CancellationToken);

        Assert.Matches("""^\{"name": ?"(anna|bert)"\}$""", generation.Text);
        Assert.NotEmpty(generation.Reason!);
        Assert.Equal(FinishReason.Stop, generation.Finish);
        Assert.Throws<GrammarInvalidException>(() => _model.Generate([1, 2], Options(4) with { Grammar = grammar }));
    }

    /// <param name="most">Tokens that are asked for.</param>
    /// <param name="length">Of the prompt.</param>
    [Theory]
    [InlineData(1, 5)]
    [InlineData(1, Context - 2)]
    [InlineData(1000, Context - 2)]
    public void Run_RoomForOneToken_AnswersAtOnce(int most, int length)
    {
        var prompt = TinyDecoder.Tokens(length);
        using var generation = _model.Generate(prompt, Options(most)).Run(TestContext.Current.CancellationToken);

        using var session = _decoder.Model.NewSession();
        Assert.Equal(Written(session, [.. prompt, Marker], 1, [End]), generation.Tokens.ToArray());
        Assert.Null(generation.Reason);
        Assert.Equal((length, 1), (generation.Statistics.PromptTokens, generation.Statistics.Tokens));
    }

    /// <summary>3,000 seeds, of which those count that draw the same reason; error rate as ChiSquare says.</summary>
    [Fact]
    public void Run_SampledWithASeed_DrawsTheAnswerAsTheModelHasItBehindTheReason()
    {
        using var decoder = new TinyDecoder(spread: 2, shape: new(Tokenizer.VocabularySize, 16, 1, 1, 1, 16, 16, 32));
        using var model = new LanguageModel(decoder.Model, Tokenizer);
        int[] prompt = [1, 2, 3];
        var answers = Enumerable.Range(0, 3000).Select(seed =>
        {
            using var generation = model.Generate(prompt, new() { MaxTokens = 2, AnswerToken = Marker, Sampling = new() { Temperature = 1, Seed = seed } });
            return generation.Run(TestContext.Current.CancellationToken).Tokens.ToArray();
        }).Where(tokens => tokens[0] != Marker).GroupBy(tokens => tokens[0], tokens => tokens[1]).MaxBy(answers => answers.Count())!;

        using var session = model.NewSession();
        var weights = session.Prefill([.. prompt, answers.Key, Marker]).ToArray().Select(logit => Math.Exp(logit)).ToArray();
        Assert.InRange(answers.Count(), 200, 2000);
        Assert.False(ChiSquare.Rejects([.. Enumerable.Range(0, weights.Length).Select(token => answers.Count(answer => answer == token))], [.. weights.Select(weight => weight / weights.Sum())]));
    }

    [Theory]
    [InlineData("ngram")]
    [InlineData("cache")]
    [InlineData("grammar")]
    public void Run_SomebodyAhead_WritesTheSame(string ahead)
    {
        var prompt = FunctionCallPrompt.Encode(Tokenizer, "call anna");
        using var plain = _model.Generate(prompt, Options(60)).Run();
        using var models = new Understudies(_model);
        for (var time = 0; time < 2; time++)
        {
            using var speculator = models.New([ahead], adaptive: false);
            using var generation = _model.Generate(prompt, Options(60), speculator).Run();
            Assert.Equal(plain.Tokens.ToArray(), generation.Tokens.ToArray());
            Assert.Equal((plain.Reason, plain.Text), (generation.Reason, generation.Text));
        }
    }

    [Fact]
    public void Generate_PromptThatFillsTheContext_SaysSo() =>
        Assert.Throws<SequenceTooLongException>(() => _model.Generate(TinyDecoder.Tokens(Context - 1), Options(10)));

    [Fact]
    public void Options_OfATask_AskForAReasonOnlyWhereTheVocabularyHasTheMarker()
    {
        var task = new Understudy.Inference.Tasks.TaskDefinition { Name = "a", Kind = "generation", Labels = [] };
        var plain = BpeTrainer.Train(["call"], new() { Vocabulary = 260, SpecialTokens = FunctionCallPrompt.SpecialTokens });
        Assert.Equal(Marker, new FunctionCallTask(task, Tokenizer).Options("call", 20).AnswerToken);
        Assert.Null(new FunctionCallTask(task, plain).Options("call", 20).AnswerToken);
    }

    public void Dispose()
    {
        _model.Dispose();
        _decoder.Dispose();
    }

    private static GenerationOptions Options(int most) => new() { MaxTokens = most, EndTokens = [End], AnswerToken = Marker };

    private static int[] Written(DecoderSession session, int[] prompt, int most, int[] ends)
    {
        using var generation = new Generation(session, prompt, new() { MaxTokens = most, EndTokens = ends });
        while (generation.Finish == FinishReason.None)
        {
            generation.Advance();
        }

        return generation.Output.ToArray();
    }
}
