using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Azure.Storage.Blobs;
using Microsoft.AspNetCore.Http.HttpResults;
using Understudy.Api.Health;
using Understudy.Inference.Releases;
using Understudy.Tests;
using Understudy.Workflows.Durable;

namespace Understudy.Api.Tests.Health;

public sealed class HealthTests(TestHost host)
{
    [Fact]
    public async Task Live_Always_Answers() => Assert.Equal(HttpStatusCode.OK, (await host.Http.GetAsync("/health/live")).StatusCode);

    [Fact]
    public async Task Ready_AllThere_IsReady() => Assert.Equal(HttpStatusCode.OK, (await host.Http.GetAsync("/health/ready")).StatusCode);

    [Fact]
    public async Task Ready_TheEngineFailsInAWayOfItsOwn_SaysWhichPart()
    {
        var handlers = new HealthHandlers(host.Service<ReleaseCatalog>(), host.Service<BlobServiceClient>(), new UnreachableEngine());

        var result = Assert.IsType<JsonHttpResult<HealthReport>>(await handlers.ReadyAsync(TestContext.Current.CancellationToken));

        Assert.Equal(503, result.StatusCode);
        Assert.Equal(["workflows: the sidecar does not answer"], result.Value!.Problems);
    }

    [Fact]
    public async Task Tasks_Defined_AreListedWithTheirRelease()
    {
        var task = (await host.Http.GetFromJsonAsync<JsonElement>("/api/tasks")).GetProperty("tasks")[0];

        Assert.Equal("mail", task.GetProperty("name").GetString());
        Assert.Equal(["ham", "spam"], task.GetProperty("labels").EnumerateArray().Select(l => l.GetString()));
        Assert.Equal(TestModels.First, task.GetProperty("release").GetString());
    }

    private sealed class UnreachableEngine : IWorkflowClient
    {
        public Task<string> StartAsync<TIn, TOut>(WorkflowName<TIn, TOut> name, TIn input, string? instanceId = null, CancellationToken cancellationToken = default) => FailAsync<string>();

        public Task<WorkflowState?> GetAsync(string instanceId, CancellationToken cancellationToken = default) => FailAsync<WorkflowState?>();

        public Task<WorkflowState> WaitAsync(string instanceId, CancellationToken cancellationToken = default) => FailAsync<WorkflowState>();

        public Task RaiseEventAsync<T>(string instanceId, string eventName, T payload, CancellationToken cancellationToken = default) => FailAsync<bool>();

        public Task TerminateAsync(string instanceId, string reason, CancellationToken cancellationToken = default) => FailAsync<bool>();

        public Task<IReadOnlyList<WorkflowState>> ListAsync(WorkflowQuery query, CancellationToken cancellationToken = default) => FailAsync<IReadOnlyList<WorkflowState>>();

        public Task<bool> PurgeAsync(string instanceId, CancellationToken cancellationToken = default) => FailAsync<bool>();

        private static Task<T> FailAsync<T>() => Task.FromException<T>(new InvalidOperationException("the sidecar does not answer"));
    }
}
