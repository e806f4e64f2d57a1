using Microsoft.DurableTask.Client;
using Understudy.Functions.Durable;
using Understudy.Workflows.Durable;

namespace Understudy.Functions.Tests.Durable;

public class BoundWorkflowClientTests
{
    private readonly BoundWorkflowClient _client = new(new WorkflowRegistry());

    [Fact]
    public async Task GetAsync_TwoInvocationsAtOnce_EachHasItsOwn()
    {
        Assert.Equal(["first", "second"], await Task.WhenAll(InvokeAsync("first"), InvokeAsync("second")));

        async Task<string> InvokeAsync(string workflow)
        {
            await Task.Yield();
            var inner = new FakeTaskClient();
            inner.Instances["a"] = new OrchestrationMetadata(workflow, "a");
            _client.Bind(inner);
            await Task.Yield();
            return (await _client.GetAsync("a"))!.Name;
        }
    }

    [Fact]
    public async Task GetAsync_NothingBound_SaysWhatIsMissing()
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => _client.GetAsync("a"));

        Assert.Contains("[DurableClient]", failure.Message, StringComparison.Ordinal);
    }
}
