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
public sealed class OverloadedStudentTests : IDisposable
{
    private readonly ModelsFolder _models = new();

    public void Dispose() => _models.Dispose();

    [Fact]
    public async Task Rule_TheDemonstrationsFindTheStudentOverloaded_TheLeadHasNotFailed()
    {
        await using var lead = await FakeLead.StartAsync();
        var solved = Path.Combine(_models.Root, DemonstrationPool.FileName);
        File.WriteAllLines(solved, ["""{"text":"hmm maybe","label":"spam"}"""]);
        var task = new TaskDefinition
        {
            Name = ModelsFolder.Task,
            Kind = "classification",
            Labels = ["ham", "spam"],
            Plugin = "supericl",
            Lead = new() { Protocol = LeadDefinition.OpenAi, Endpoint = lead.Endpoint.ToString(), Model = "big" },
        };
        var crowded = new FixedClassifier("small", 1, 0) { Broken = true, Fault = new OverloadedException("small", 64) };
        using var release = new Release(ModelsFolder.Manifest("1.0"), [new("small", crowded, 1, 0.99, 0.1)], new("lead", new FixedClassifier("lead", 3, 0), 1, 0, 10), task, solved);
        using var leads = new LeadConnections();
        var remote = new RemoteLead(leads, new(shared: true, TimeProvider.System), hurry: true, limit: null, TimeProvider.System);
        var item = new PipelineItem { Id = "x", Input = "hmm", Deferred = true, Votes = [new("small", 0, 0.7, 0.99, [0.7f, 0.3f], 0)] };

        await Assert.ThrowsAsync<OverloadedException>(async () => await remote.RuleAsync(release, [item], TestContext.Current.CancellationToken));

        Assert.Equal(0, lead.Asked);
    }
}
