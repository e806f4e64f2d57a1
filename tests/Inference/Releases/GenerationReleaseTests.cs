using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;
using Understudy.Tests;

namespace Understudy.Inference.Tests.Releases;

/// <summary>Releases of language models, served by the pipeline.</summary>
public sealed class GenerationReleaseTests : IDisposable
{
    private static readonly string LongInput = string.Concat(Enumerable.Repeat("call anna ", 500));

    private readonly string _models = Directory.CreateTempSubdirectory("understudy").FullName;

    public void Dispose() => Directory.Delete(_models, recursive: true);

    [Fact]
    public async Task Infer_NobodyMeasuredTheDraft_TheLeadAnswersWithinTheSchema()
    {
        await TestCalls.WriteAsync(_models);
        var answer = await InferAsync("call anna");
        Assert.True(FunctionCall.TryParse(answer.Completion!, out var call), answer.Completion);
        Assert.Contains(call!.Intent, (string[])["Call", "Text"]);
        Assert.Equal("lead", answer.Receipt.AnsweredBy);
        var tokens = Assert.Single(answer.Receipt.Tiers).Tokens!;
        Assert.InRange(tokens.Passes, 1, tokens.Completion);
        Assert.InRange(answer.Confidence, 1e-6, 1);
        Assert.True(answer.Receipt.LeadMilliseconds > 0);
    }

    [Theory]
    [InlineData(0.0, "draft")]
    [InlineData(1.0, "lead")]
    public async Task Infer_ThresholdChosen_TheDraftAnswersOrGoesAhead(double threshold, string answeredBy)
    {
        await TestCalls.WriteAsync(_models, threshold: threshold);
        var answer = await InferAsync("call anna");
        Assert.Equal(answeredBy, answer.Receipt.AnsweredBy);
        Assert.Equal("draft", answer.Receipt.Tiers[0].Tier);
        Assert.Equal(answeredBy == "lead", answer.Receipt.Tiers.Count == 2);
    }

    [Fact]
    public async Task Infer_WithAndWithoutTheDraftsText_WritesTheSame()
    {
        await TestCalls.WriteAsync(_models, threshold: 1);
        var verified = await InferAsync("text bert and carl");
        Directory.Delete(Path.Combine(_models, TestCalls.Task), recursive: true);
        await TestCalls.WriteAsync(_models, draft: false);
        Assert.Equal((await InferAsync("text bert and carl")).Completion, verified.Completion);
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(null)]
    public async Task Verify_LessonsKeepLogprobs_TheLeadsVoteHasThemTokenByToken(double? threshold)
    {
        await TestCalls.WriteAsync(_models, threshold: threshold, more: ",\"lessons\":{\"topLogprobs\":5}");
        var votes = await VotesAsync("call anna");

        var lead = votes[^1];
        Assert.Equal(lead.Completion, string.Concat(lead.Chances!.Select(chance => chance.Token)));
        Assert.All(lead.Chances!, chance =>
        {
            Assert.Equal(5, chance.Top.Count);
            Assert.All(chance.Top.Values, other => Assert.InRange(other, -50, 0));
            Assert.Equal(chance.Top.Values.OrderDescending(), chance.Top.Values);
            Assert.Equal(chance.Logprob, chance.Top.TryGetValue(chance.Token, out var own) ? own : Math.Min(chance.Logprob, chance.Top.Values.Last()));
        });
        Assert.InRange(lead.Chances!.Average(chance => chance.Logprob), Math.Log(lead.Confidence) - 1, Math.Log(lead.Confidence) + 1);
        Assert.All(votes.SkipLast(1), vote => Assert.Null(vote.Chances));
    }

    [Theory]
    [InlineData("")]
    [InlineData(",\"lessons\":{\"topLogprobs\":5,\"keep\":false}")]
    public async Task Verify_LessonsKeepNoLogprobs_NobodyAsksForThem(string more)
    {
        await TestCalls.WriteAsync(_models, more: more);

        Assert.Null((await VotesAsync("call anna"))[^1].Chances);
    }

    [Fact]
    public async Task Infer_InputLongerThanTheContext_IsRefused()
    {
        await TestCalls.WriteAsync(_models, threshold: 0);
        var error = await Assert.ThrowsAsync<InputTooLongException>(() => InferAsync(LongInput));
        Assert.Equal(0, error.Index);
        Assert.Contains($"this model takes {TestCalls.MaxTokens / 2} here", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cascade_InputThatADraftCannotReadWhole_IsPassedOn()
    {
        await TestCalls.WriteAsync(_models, threshold: 1e-9);
        using var catalog = new ReleaseCatalog(_models);
        using var lease = catalog.Acquire(TestCalls.Task);
        var voted = await new JointInference(catalog).CascadeAsync(lease.Release, [new() { Id = "0", Input = "call anna" }, new() { Id = "1", Input = LongInput }], TestContext.Current.CancellationToken);
        Assert.Equal([false, true], voted.Select(item => item.Deferred));
        Assert.Equal(0, voted[1].Votes[0].Confidence);
    }

    [Fact]
    public async Task Infer_ManyAtOnce_EachHasItsAnswer()
    {
        await TestCalls.WriteAsync(_models);
        using var catalog = new ReleaseCatalog(_models);
        var inference = new JointInference(catalog);
        var alone = await inference.InferAsync(TestCalls.Task, [new("0", "call anna"), new("1", "text bert")]);
        var together = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => inference.InferAsync(TestCalls.Task, [new("x", i % 2 == 0 ? "call anna" : "text bert")])));
        Assert.All(together, (answers, i) => Assert.Equal(alone[i % 2].Completion, Assert.Single(answers).Completion));
    }

    [Fact]
    public async Task Acquire_DraftOfAnotherVocabulary_NamesTheTier()
    {
        await TestCalls.WriteAsync(_models);
        var folder = Path.Combine(_models, TestCalls.Task, TestCalls.Version);
        var problems = ReleaseValidator.Validate(folder);
        Assert.Empty(problems);
        File.WriteAllBytes(Path.Combine(folder, "draft.onnx"), [1, 2, 3]);
        Assert.Contains(ReleaseValidator.Validate(folder), problem => problem.StartsWith("draft.onnx:", StringComparison.Ordinal));
    }

    /// <summary>Measuring takes passes, and a student that answers at once and is verified by nobody has no use for it.</summary>
    [Fact]
    public async Task Acquire_Release_MeasuresHowThoseRoundWhoGoByIt()
    {
        await TestCalls.WriteAsync(_models);
        await TestCalls.WriteReasonsAsync(_models);
        Assert.Equal([false, true], Measured(TestCalls.Task));
        Assert.Equal([true, true], Measured(TestCalls.Reasons));

        bool[] Measured(string task)
        {
            using var catalog = new ReleaseCatalog(_models);
            using var lease = catalog.Acquire(task);
            return [.. lease.Release.Students.Append(lease.Release.Lead).Select(tier => ((CallWriter)tier.Model).Model.Decoder.KnownNoise is not null)];
        }
    }

    private async Task<IReadOnlyList<TierVote>> VotesAsync(string input)
    {
        using var catalog = new ReleaseCatalog(_models);
        using var lease = catalog.Acquire(TestCalls.Task);
        var inference = new JointInference(catalog);
        var items = await inference.CascadeAsync(lease.Release, inference.Compress(lease.Release, [new() { Id = "x", Input = input }]));
        return Assert.Single(await inference.VerifyAsync(lease.Release, items)).Votes;
    }

    private async Task<Answer> InferAsync(string text)
    {
        using var catalog = new ReleaseCatalog(_models);
        return Assert.Single(await new JointInference(catalog).InferAsync(TestCalls.Task, [new("x", text)]));
    }
}
