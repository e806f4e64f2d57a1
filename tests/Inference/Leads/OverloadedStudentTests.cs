using Understudy.Inference.Batching;
using Understudy.Inference.Cascades;
using Understudy.Inference.Leads;
using Understudy.Inference.Leads.Prompts;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;
using Understudy.Inference.Tasks;
using Understudy.Inference.Tests.Pipelines;
using Understudy.Inference.Tests.Releases;
using Understudy.Tests;

namespace Understudy.Inference.Tests.Leads;

/// <summary>A lead whose prompts say what a student makes of solved examples, and a student that too many wait for.</summary>
public sealed class OverloadedStudentTests : IAsyncLifetime
{
    private readonly ModelsFolder _models = new();
    private readonly LeadConnections _leads = new();
    private FakeLead _lead = null!;
    private Release _release = null!;

    public async ValueTask InitializeAsync()
    {
        _lead = await FakeLead.StartAsync();
        var solved = Path.Combine(_models.Root, DemonstrationPool.FileName);
        File.WriteAllLines(solved, ["""{"text":"hmm maybe","label":"spam"}""", """{"text":"your refund","label":"ham"}"""]);
        var task = new TaskDefinition
        {
            Name = ModelsFolder.Task,
            Kind = "classification",
            Labels = ["ham", "spam"],
            Plugin = "supericl",
            Lead = new() { Protocol = LeadDefinition.OpenAi, Endpoint = _lead.Endpoint.ToString(), Model = "big", Concurrency = 1, Demonstrations = 1 },
        };
        var crowded = new FixedClassifier("small", 1, 0) { Broken = true, Fault = new OverloadedException("small", 64) };
        _release = new(ModelsFolder.Manifest("1.0"), [new("small", crowded, 1, 0.99, 0.1)], new("lead", new FixedClassifier("lead", 3, 0), 1, 0, 10), task, solved);
    }

    public async ValueTask DisposeAsync()
    {
        _release.Dispose();
        _leads.Dispose();
        await _lead.DisposeAsync();
        _models.Dispose();
    }

    [Fact]
    public async Task Rule_TheDemonstrationsFindTheStudentOverloaded_TheLeadHasNotFailed()
    {
        await Assert.ThrowsAsync<OverloadedException>(() => RuleAsync("hmm"));

        Assert.Equal(0, _lead.Asked);
    }

    [Fact]
    public async Task Rule_TheDemonstrationsOfTheLastFindTheStudentOverloaded_NobodyPaysForTheOthers()
    {
        _release.Examples.Receipts[("small", 0)] = new("small", "ham", 0.7);

        await Assert.ThrowsAsync<OverloadedException>(() => RuleAsync("hmm", "your refund"));

        Assert.Equal(0, _lead.Asked);
    }

    private async Task RuleAsync(params string[] texts)
    {
        var remote = new RemoteLead(_leads, new(shared: true, TimeProvider.System), hurry: true, limit: null, TimeProvider.System);
        await remote.RuleAsync(
            _release,
            Array.ConvertAll(texts, text => new PipelineItem { Id = "x", Input = text, Deferred = true, Votes = [new("small", 0, 0.7, 0.99, [0.7f, 0.3f], 0)] }),
            TestContext.Current.CancellationToken);
    }
}
