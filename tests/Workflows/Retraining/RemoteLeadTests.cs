using Understudy.Inference.Tasks;
using Understudy.Tests;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Retraining;

namespace Understudy.Workflows.Tests.Retraining;

/// <summary>Lessons of a lead behind an endpoint are checked against that lead.</summary>
public sealed class RemoteLeadTests : IAsyncLifetime
{
    private FakeLead _lead = null!;

    public async ValueTask InitializeAsync()
    {
        _lead = await FakeLead.StartAsync();
        _lead.Answer = prompt => prompt.Contains("refund", StringComparison.Ordinal) || prompt.Contains("win", StringComparison.Ordinal) ? "spam" : "ham";
    }

    public ValueTask DisposeAsync() => _lead.DisposeAsync();

    [Fact]
    public async Task Run_AFifthOfTheLabelsFlipped_IsRejectedByAskingIt()
    {
        await using var host = await StartAsync();

        var result = await RetrainAsync(host, i => i % 5 == 0);

        Assert.False(result.Accepted);
        Assert.Contains("Asked again, the lead says the same", Assert.Single(result.Reasons));
        Assert.Equal(64, _lead.Answered);
    }

    [Fact]
    public async Task Run_TheLeadHasNoAnswerToAFew_GoesOnWithoutThem()
    {
        var answer = _lead.Answer;
        _lead.Answer = prompt => prompt.Contains("apple", StringComparison.Ordinal) && prompt.Contains("blue", StringComparison.Ordinal) ? "I cannot say." : answer(prompt);
        await using var host = await StartAsync();

        var result = await RetrainAsync(host, _ => false);

        Assert.DoesNotContain(result.Reasons, reason => reason.Contains("Asked again", StringComparison.Ordinal) || reason.Contains("left open", StringComparison.Ordinal));
        Assert.True(result.Accepted, string.Join(' ', result.Reasons));
        Assert.Contains(_lead.Requests, request => request.GetRawText() is var asked && asked.Contains("apple", StringComparison.Ordinal) && asked.Contains("blue", StringComparison.Ordinal));
    }

    private static async Task<RetrainResult> RetrainAsync(TestHost host, Func<int, bool> flip)
    {
        await host.Blob(BlobContainers.TeacherOutputs, $"{TestModels.Task}/dropped.jsonl").UploadAsync(
            new BinaryData(TestLessons.Jsonl(TestLessons.Make(2000, flip))), TestContext.Current.CancellationToken);
        var id = await host.Service<RetrainStarter>().StartAsync(TestModels.Task, true, TestContext.Current.CancellationToken);
        return (await host.Workflows.WaitAsync(id, TestContext.Current.CancellationToken)).ReadOutput<RetrainResult>()!;
    }

    private async Task<TestHost> StartAsync()
    {
        var host = new TestHost("--Retraining:Automatic=false")
        {
            Define = task => task with { Lead = new() { Protocol = LeadDefinition.OpenAi, Endpoint = _lead.Endpoint.ToString(), Model = "big", Retries = 0 } },
        };
        await host.InitializeAsync();
        return host;
    }
}
