using Understudy.Inference.Decoding;
using Understudy.Inference.Leads;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;
using Understudy.Inference.Tests.Releases;

namespace Understudy.Inference.Tests.Pipelines;

/// <summary>The four stages over writers.</summary>
public sealed class GenerationStagesTests : IDisposable
{
    private readonly ModelsFolder _models = new();
    private readonly ReleaseCatalog _catalog;
    private readonly JointInference _inference;
    private readonly FixedWriter _draft = new("draft", "a rough text", 0.6), _lead = new("lead", "a fine text", 0.9);

    public GenerationStagesTests()
    {
        _catalog = new(_models.Root);
        _inference = new(_catalog);
    }

    public void Dispose()
    {
        _catalog.Dispose();
        _models.Dispose();
    }

    [Fact]
    public async Task Run_DraftSureEnough_AnswersAlone()
    {
        var answer = await RunAsync(threshold: 0.6);
        Assert.Equal(("a rough text", "draft", null), (answer.Completion, answer.Receipt.AnsweredBy, answer.Label));
        Assert.Equal((0.6, 12, 0.75), (answer.Confidence, answer.Receipt.LeadMilliseconds, answer.Receipt.Saving));
        Assert.Empty(_lead.Drafts);
    }

    [Fact]
    public async Task Run_DraftNotSure_ItsTextGoesAheadOfTheLead()
    {
        var answer = await RunAsync(threshold: 0.7);
        Assert.Equal(("a fine text", "lead"), (answer.Completion, answer.Receipt.AnsweredBy));
        Assert.Equal("a rough text", Assert.Single(_lead.Drafts));
        var verify = answer.Receipt.Stages.Single(stage => stage.Name == "verify");
        Assert.Equal(("overridden", "the lead overrides draft; 6 of 8 tokens that went ahead stand, 11 tokens took 2 passes"), (verify.Outcome, verify.Reason));
        Assert.Equal(8, answer.Receipt.Tiers[^1].Tokens!.Drafted);
        Assert.Contains("draft was only 60 % sure", answer.Receipt.Describe());
    }

    [Fact]
    public async Task Run_LeadWritesTheSame_Accepts()
    {
        var answer = await RunAsync(threshold: 0.7, lead: new FixedWriter("lead", "a rough text", 0.8));
        Assert.Equal("accepted", answer.Receipt.Stages.Single(stage => stage.Name == "verify").Outcome);
    }

    [Fact]
    public async Task Run_DraftMayNeverAnswer_IsNotAsked()
    {
        var answer = await RunAsync(threshold: 2);
        Assert.Equal("lead", answer.Receipt.AnsweredBy);
        Assert.Empty(_draft.Drafts);
        Assert.Null(Assert.Single(_lead.Drafts));
    }

    [Theory]
    [InlineData(0.7)]
    [InlineData(2)]
    public async Task Run_LeadFails_TheDraftAnswersDegraded(double threshold)
    {
        _lead.Broken = true;
        var answer = await RunAsync(threshold);
        Assert.Equal(("a rough text", "draft", true), (answer.Completion, answer.Receipt.AnsweredBy, answer.Receipt.Degraded));
    }

    [Fact]
    public async Task Run_LeadFailsAndTheDraftHasNothingThatStands_IsNotAnswered()
    {
        _lead.Broken = true;
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync(threshold: 0.7, draft: new("draft", "", 0)));
        Assert.Equal("out of memory", error.Message);
    }

    [Theory]
    [InlineData(0.7)]
    [InlineData(2)]
    public async Task Run_LeadIsAwayAndTheDraftHasNothingThatStands_BlamesNoStudent(double threshold)
    {
        using var lead = new AbsentWriter("lead", _lead);
        var error = await Assert.ThrowsAsync<LeadAwayException>(() => RunAsync(threshold, lead, draft: new("draft", "", 0)));
        Assert.False(error.StudentFailed);
    }

    [Fact]
    public async Task VerifyAsync_LeadAnswersAnotherAndTheDraftHasNothingThatStands_MarksTheItem()
    {
        using var release = new Release(
            ModelsFolder.Manifest("1.0") with { Kind = "generation" }, [new("draft", new FixedWriter("draft", "", 0), 1, 0.7, 0)], new("lead", new PickyWriter(_lead), 1, 0, 0));
        var items = await _inference.CascadeAsync(release, _inference.Compress(release, [new() { Id = "x", Input = "?" }, new() { Id = "y", Input = PickyWriter.NotTaken }]));

        items = await _inference.VerifyAsync(release, items);

        Assert.Null(items[0].Unanswered);
        Assert.Equal(AbsentLead.Away().Message, items[1].Unanswered);
        Assert.True(JointInference.AwaitsLead(items[1]));
    }

    private async Task<Answer> RunAsync(double threshold, ITextWriter? lead = null, FixedWriter? draft = null)
    {
        using var release = new Release(
            ModelsFolder.Manifest("1.0") with { Kind = "generation" }, [new("draft", draft ?? _draft, 1, threshold, 0)], new("lead", lead ?? _lead, 1, 0, 0));
        var items = await _inference.CascadeAsync(release, _inference.Compress(release, [new() { Id = "x", Input = "?" }]));
        return Assert.Single(_inference.Stack(release, await StageOfRequests.VerifyAsync(release, items)));
    }

    /// <summary>Is away for one input.</summary>
    private sealed class PickyWriter(ITextWriter inner) : ITextWriter
    {
        public const string NotTaken = "!";

        public string Name => inner.Name;

        public Task<WrittenText> WriteAsync(string input, string? draft, Action<string>? onText, CancellationToken cancellationToken) =>
            input == NotTaken ? throw AbsentLead.Away() : inner.WriteAsync(input, draft, onText, cancellationToken);

        public void Dispose()
        {
        }
    }
}
