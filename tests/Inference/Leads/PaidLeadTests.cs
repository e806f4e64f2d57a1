using System.ClientModel;
using Understudy.Inference.Budgets;
using Understudy.Inference.Cascades;
using Understudy.Inference.Leads;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;
using Understudy.Inference.Tests.Pipelines;
using Understudy.Inference.Tests.Releases;

namespace Understudy.Inference.Tests.Leads;

/// <summary>A lead in process whose answers have a price.</summary>
public sealed class PaidLeadTests
{
    /// <summary>What one answer of the writer costs: 5 tokens read and 10 written.</summary>
    private const decimal Price = 0.000025m;

    private readonly MemoryBudgetLedger _ledger = new();

    [Fact]
    public async Task Rule_ManyItemsThatMayCostMoreThanTheDay_AreAllAskedAboutAsTheyCostLittle()
    {
        var rulings = await RuleAsync(new FixedWriter("lead", "ten signs.", 0.9), Budget(1), items: 300);

        Assert.All(rulings, ruling => Assert.Equal(Price, ruling.Vote!.Price));
        Assert.Equal(300 * Price, (await _ledger.ReadAsync("mail", CancellationToken.None)).Spent);
    }

    [Fact]
    public async Task Rule_DayThatIsSpent_IsTheReasonForTheRest()
    {
        var budget = Budget(0.0411m); // one that may cost 32k and 4k tokens, and hardly more
        var rulings = await RuleAsync(new FixedWriter("lead", "ten signs.", 0.9), budget, items: 20);

        Assert.InRange(rulings.Count(ruling => ruling.Vote is not null), 1, 19);
        Assert.All(rulings.Where(ruling => ruling.Vote is null), ruling => Assert.IsType<BudgetSpentException>(ruling.Failure));
    }

    [Fact]
    public async Task Rule_Classifier_CostsItsCallAlone()
    {
        var rulings = await RuleAsync(new FixedClassifier("lead", 3, 0), Budget(3) with { PerCall = 1 }, items: 4);

        Assert.Equal(3, rulings.Count(ruling => ruling.Vote?.Price == 1));
    }

    [Theory]
    [InlineData(null, 64)]
    [InlineData(2000, 2000)]
    public async Task Ask_ForALabel_SetsAsideWhatTheAnswerMayCost(int? answerTokens, int tokens)
    {
        var (bill, meanwhile) = (new Bill(), (decimal?)0);
        var paid = Budget(1) with { PerMillionInputTokens = 0 };
        var task = new Understudy.Inference.Tasks.TaskDefinition { Name = "mail", Kind = "classification", Labels = ["ham", "spam"], Budget = paid, Lead = new() { AnswerTokens = answerTokens } };
        using var endpoint = new BudgetedEndpoint(
            new ScriptedLead((_, _) =>
            {
                meanwhile = bill.Total;
                return Task.FromResult(new LeadReply());
            }),
            task, _ledger, TimeProvider.System);

        await endpoint.AskAsync(new() { Prompt = new("", "?"), Labels = task.Labels, Bill = bill }, CancellationToken.None);

        Assert.Equal(tokens * 2 / 1_000_000m, meanwhile);
    }

    [Fact]
    public async Task Ask_Verifier_CostsItsCallAlone()
    {
        var bill = new Bill();
        var task = new Understudy.Inference.Tasks.TaskDefinition { Name = "mail", Kind = "classification", Labels = ["ham", "spam"], Budget = Budget(3) with { PerCall = 1 }, Lead = new() { Protocol = "grpc" } };
        using var endpoint = new BudgetedEndpoint(new ScriptedLead((_, _) => Task.FromResult(new LeadReply { Probabilities = [0.9f, 0.1f] })), task, _ledger, TimeProvider.System);

        await endpoint.AskAsync(new() { Prompt = new("", "?"), Labels = task.Labels, Bill = bill }, CancellationToken.None);

        Assert.Equal(1, bill.Total);
    }

    [Fact]
    public async Task Ask_AttemptUnderWay_IsOnTheBillWithWhatItMayCost()
    {
        var (bill, meanwhile) = (new Bill(), (decimal?)null);
        var task = new Understudy.Inference.Tasks.TaskDefinition { Name = "mail", Kind = "classification", Labels = ["ham", "spam"], Budget = Budget(1), Lead = new() };
        using var endpoint = new BudgetedEndpoint(
            new ScriptedLead((_, _) =>
            {
                meanwhile = bill.Total;
                return Task.FromResult(new LeadReply { Text = "ham", Tokens = new() { Prompt = 5, Completion = 10 } });
            }),
            task, _ledger, TimeProvider.System);

        await endpoint.AskAsync(new() { Prompt = new("", "?"), Bill = bill }, CancellationToken.None);

        Assert.True(meanwhile > 100 * Price);
        Assert.Equal(Price, bill.Total);
    }

    [Theory]
    [InlineData(400, true)]
    [InlineData(429, true)]
    [InlineData(503, true)]
    [InlineData(408, false)]
    [InlineData(500, true)]
    [InlineData(502, false)]
    [InlineData(504, false)]
    public void IsFree_WhatTheEndpointRefused_AndNotWhatBrokeOff(int status, bool free) =>
        Assert.Equal(free, LeadFailure.IsFree(new ClientResultException("no", new Answered(status))));

    [Theory]
    [InlineData(HttpRequestError.ConnectionError, true)]
    [InlineData(HttpRequestError.NameResolutionError, true)]
    [InlineData(HttpRequestError.ResponseEnded, false)]
    public void IsFree_NoConnection_AndNotOneThatBroke(HttpRequestError error, bool free) =>
        Assert.Equal(free, LeadFailure.IsFree(new AggregateException(new HttpRequestException(error, "no"))));

    private static TaskBudget Budget(decimal perDay) => new() { PerDay = perDay, PerMillionInputTokens = 1, PerMillionOutputTokens = 2 };

    private async Task<LeadRuling[]> RuleAsync(ITierModel model, TaskBudget budget, int items)
    {
        using var release = new Release(ModelsFolder.Manifest("1.0") with { Task = "mail" }, [], new("lead", model, 1, 0, 10));
        var lead = new PaidLead(new ReleaseLead(new TierScorer(shared: false, TimeProvider.System)), budget, _ledger, TimeProvider.System);
        return await lead.RuleAsync(release, [.. Enumerable.Range(0, items).Select(i => new PipelineItem { Id = $"{i}", Input = "hmm" })], CancellationToken.None);
    }

    private sealed class Answered(int status) : System.ClientModel.Primitives.PipelineResponse
    {
        public override int Status => status;

        public override string ReasonPhrase => "";

        public override Stream? ContentStream { get; set; }

        public override BinaryData Content => BinaryData.Empty;

        protected override System.ClientModel.Primitives.PipelineResponseHeaders HeadersCore => throw new NotSupportedException();

        public override BinaryData BufferContent(CancellationToken cancellationToken = default) => Content;

        public override ValueTask<BinaryData> BufferContentAsync(CancellationToken cancellationToken = default) => new(Content);

        public override void Dispose()
        {
        }
    }
}
