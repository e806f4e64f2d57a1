using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Understudy.Api;
using Understudy.Functions.Durable;
using Understudy.Functions.Tests.Durable;
using Understudy.Workflows;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;

namespace Understudy.Functions.Tests;

public partial class FunctionCatalogTests
{
    private static readonly WorkflowRegistry Registry = new WorkflowRegistry().AddUnderstudy();

    [Fact]
    public void Orchestrators_AreTheRegistrysWorkflowsOnceEach()
    {
        var functions = FunctionCatalog.TriggeredBy<OrchestrationTriggerAttribute>().ToList();

        Assert.Equal(Registry.Workflows.Keys.Append("scripted-workflow").Order(), functions.Select(f => f.Name).Order());
        Assert.All(functions, f => Assert.Equal(typeof(TaskOrchestrationContext), Assert.Single(f.Method.GetParameters()).ParameterType));
    }

    [Fact]
    public void Activities_AreTheRegistrysOnceEach()
    {
        var functions = FunctionCatalog.TriggeredBy<ActivityTriggerAttribute>().ToList();

        Assert.Equal(Registry.Activities.Keys.Append("scripted-activity").Append("other-scripted-activity").Order(), functions.Select(f => f.Name).Order());
        // The host fills in a string parameter of exactly this name.
        Assert.All(functions, f => Assert.Contains(f.Method.GetParameters(), p => p.Name == "instanceId" && p.ParameterType == typeof(string)));
    }

    [Fact]
    public void HttpFunctions_AreTheApisRoutesOnceEach()
    {
        var served = FunctionCatalog.TriggeredBy<HttpTriggerAttribute>().Select(f => $"{f.Name} {Assert.Single(f.Trigger.Methods!)} {f.Trigger.Route}");

        var routes = ApiRoutes.All.Select(r => $"Http{r.Name} {r.Method.ToLowerInvariant()} {r.Pattern}").Append("HttpConformance post conformance/{suite}/{test}");
        Assert.Equal(routes.Order(), served.Order());
    }

    [Fact]
    public void HttpFunctions_OnlyTheProbes_AnswerWithoutAKey()
    {
        var open = FunctionCatalog.TriggeredBy<HttpTriggerAttribute>().Where(f => f.Trigger.AuthLevel is AuthorizationLevel.Anonymous).Select(f => f.Trigger.Route!);

        Assert.Equal([ApiRoutes.Live, ApiRoutes.Ready], open.Order());
    }

    [Theory]
    [InlineData("BatchBlob", BlobContainers.Batches)]
    [InlineData("LessonBlob", BlobContainers.TeacherOutputs)]
    public void BlobFunction_WatchesItsContainerByEventGrid(string function, string container)
    {
        var triggers = FunctionCatalog.TriggeredBy<BlobTriggerAttribute>().ToList();
        var (_, _, trigger) = triggers.Single(blob => blob.Name == function);

        Assert.Equal(2, triggers.Count);
        Assert.Equal((container + "/{task}/{name}", BlobTriggerSource.EventGrid), (trigger.BlobPath, trigger.Source));
        // Event Grid and the app agree on the account only where the trigger takes the host's.
        Assert.Null(trigger.Connection);
    }

    [Fact]
    public void QueueFunction_TakesWhatTheHostPutsAside()
    {
        var (name, method, trigger) = Assert.Single(FunctionCatalog.TriggeredBy<QueueTriggerAttribute>());

        Assert.Equal(("PoisonBlob", "webjobs-blobtrigger-poison", null), (name, trigger.QueueName, trigger.Connection));
        Assert.Equal(typeof(string), method.GetParameters()[0].ParameterType);
    }

    [Fact]
    public void TimerFunction_LooksEveryFiveMinutes()
    {
        var (name, _, trigger) = Assert.Single(FunctionCatalog.TriggeredBy<TimerTriggerAttribute>());

        Assert.Equal(("Reconcile", "0 */5 * * * *", false), (name, trigger.Schedule, trigger.RunOnStartup));
    }

    [Fact]
    public void EventFunction_TakesOneEventAtATime()
    {
        var (name, method, trigger) = Assert.Single(FunctionCatalog.TriggeredBy<EventGridTriggerAttribute>());

        Assert.Equal(("OwnEvent", false), (name, trigger.IsBatched));
        Assert.Equal(typeof(string), method.GetParameters()[0].ParameterType);
    }

    [Fact]
    public void Names_AreLegalAndApartWithoutCase()
    {
        var names = FunctionCatalog.All.Select(f => f.Name).ToList();

        Assert.All(names, n => Assert.Matches(LegalName(), n));
        Assert.Equal(names.Count, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Fact]
    public void Methods_AreVisibleToTheSdk()
        => Assert.All(FunctionCatalog.All, f => Assert.True(f.Method.IsPublic && f.Method.DeclaringType!.IsPublic, $"{f.Name} is hidden."));

    [Fact]
    public void FunctionsThatStartRuns_TakeADurableClient()
    {
        var bound = FunctionCatalog.TriggeredBy<DurableClientAttribute>().ToList();

        // The two blobs, the poison queue, the timer, the product's own events, the suites of the workflow port and two steps of a retraining.
        Assert.Equal(ApiRoutes.All.Count + 8, bound.Count);
        Assert.All(bound, f => Assert.Contains(f.Method.GetParameters(), p => p.ParameterType == typeof(DurableTaskClient)));
    }

    [Fact]
    public async Task Activities_ThatReachAWorkflowClient_AreThoseThatTakeADurableClient()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("AzureWebJobsStorage:accountName", "stage")]).Build();
        List<string> reaching = [];
        foreach (var (name, activity) in Registry.Activities)
        {
            await using var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddLogging().AddUnderstudyFunctions()
                .AddSingleton<IWorkflowClient>(_ => throw new ClientReachedException()).BuildServiceProvider();
            // Whatever else it fails with, it was made by then: it has no input, and its time is over.
            if (await Record.ExceptionAsync(() => activity.RunAsync(services, new("", new CancellationToken(canceled: true)), null)) is ClientReachedException)
            {
                reaching.Add(name);
            }
        }

        var bound = FunctionCatalog.TriggeredBy<ActivityTriggerAttribute>().Where(f => f.Method.GetParameters().Any(p => p.ParameterType == typeof(DurableTaskClient)));
        Assert.Equal(reaching.Order(), bound.Select(f => f.Name).Order());
    }

    [Fact]
    public void HostJson_AddsNoPrefixToRoutes()
    {
        using var host = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "host.json")));

        Assert.Equal("", host.RootElement.GetProperty("extensions").GetProperty("http").GetProperty("routePrefix").GetString());
    }

    [Fact]
    public async Task HostJson_ItsLongestStep_IsOverBeforeACancelledRunIsClearedAgain()
    {
        using var host = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "host.json")));
        await using var services = new ServiceCollection().BuildServiceProvider();
        var context = new FakeOrchestrationContext { Input = JsonSerializer.SerializeToElement("batch-1") };
        context.Steps["batch-clear-work"] = _ => 1;

        var running = new WorkflowRunner(Registry, services).RunWorkflowAsync("clear-cancelled", context);

        var (again, arrived) = Assert.Single(context.Timers);
        Assert.True(again - context.CurrentUtcDateTime >= TimeSpan.Parse(host.RootElement.GetProperty("functionTimeout").GetString()!, CultureInfo.InvariantCulture));
        arrived.SetResult();
        Assert.Equal(2, (await running).GetInt32());
    }

    [Fact]
    public void HostJson_Durable_LetsRunsFinishOnTheirVersionAndLimitsWhatRunsAtOnce()
    {
        using var host = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "host.json")));
        var durable = host.RootElement.GetProperty("extensions").GetProperty("durableTask");

        Assert.Equal(DurableVersion.Write(UnderstudyWorkflows.Version).Version, durable.GetProperty("defaultVersion").GetString());
        Assert.Equal(("CurrentOrOlder", "Reject"), (durable.GetProperty("versionMatchStrategy").GetString(), durable.GetProperty("versionFailureStrategy").GetString()));
        Assert.True(durable.GetProperty("extendedSessionsEnabled").GetBoolean());
        Assert.InRange(durable.GetProperty("maxConcurrentActivityFunctions").GetInt32(), 1, 64);
        Assert.InRange(durable.GetProperty("maxConcurrentOrchestratorFunctions").GetInt32(), 1, 64);
        Assert.Equal(5, host.RootElement.GetProperty("extensions").GetProperty("queues").GetProperty("maxDequeueCount").GetInt32());
    }

    [Fact]
    public void HostJson_TelemetryIsOneTraceWithTheWorkers()
    {
        using var host = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "host.json")));

        Assert.Equal("OpenTelemetry", host.RootElement.GetProperty("telemetryMode").GetString());
        // The host does not read this section in that mode; what is sampled is a setting (OTEL_TRACES_SAMPLER).
        Assert.False(host.RootElement.GetProperty("logging").TryGetProperty("applicationInsights", out _));
    }

    private sealed class ClientReachedException : Exception;

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_-]{0,126}$")]
    private static partial Regex LegalName();
}
