using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Understudy.Api.Batches;
using Understudy.Api.Budgets;
using Understudy.Api.Compression;
using Understudy.Api.Health;
using Understudy.Api.Infer;
using Understudy.Api.OpenAi;
using Understudy.Api.Operations;
using Understudy.Api.Quality;
using Understudy.Api.Quarantine;
using Understudy.Api.Releases;
using Understudy.Api.Retraining;
using Understudy.Api.Rollouts;
using Understudy.Api.Tasks;

namespace Understudy.Api;

/// <summary>The HTTP surface, listed once: both hosts serve what is here.</summary>
public static class ApiRoutes
{
    public const string Tasks = "api/tasks";
    public const string Task = "api/tasks/{task}";
    public const string Infer = "api/tasks/{task}/infer";
    public const string Batches = "api/tasks/{task}/batches";
    public const string Releases = "api/tasks/{task}/releases";
    public const string Promote = "api/tasks/{task}/releases/{version}/promote";
    public const string Prune = "api/tasks/{task}/releases/prune";
    public const string Rollback = "api/tasks/{task}/rollback";
    public const string Retrain = "api/tasks/{task}/retrain";
    public const string Budget = "api/tasks/{task}/budget";
    public const string Quality = "api/tasks/{task}/quality";
    public const string Rollouts = "api/tasks/{task}/rollouts";
    public const string Sites = "api/tasks/{task}/sites";
    public const string Operation = "api/operations/{id}";
    public const string Approval = "api/operations/{id}/approval";
    public const string Quarantine = "api/quarantine";
    public const string Redrive = "api/quarantine/{id}/redrive";
    public const string Compress = "v1/compress";
    public const string Models = "v1/models";
    public const string Model = "v1/models/{model}";
    public const string ChatCompletions = "v1/chat/completions";
    public const string Completions = "v1/completions";
    public const string Live = "health/live";
    public const string Ready = "health/ready";

    public static IReadOnlyList<ApiRoute> All { get; } =
    [
        new("ListTasks", "GET", Tasks, http => Of<TaskHandlers>(http).ListAsync()),
        new("GetTask", "GET", Task, http => Of<TaskHandlers>(http).GetAsync(Value(http, "task"))),
        new("Infer", "POST", Infer, http => Of<InferHandlers>(http).InferAsync(http.Request, Value(http, "task"), http.RequestAborted)),
        new("StartBatch", "POST", Batches, http => Of<BatchHandlers>(http).StartAsync(http.Request, Value(http, "task"), http.RequestAborted)),
        new("ListReleases", "GET", Releases, http => Of<ReleaseHandlers>(http).ListAsync(Value(http, "task"))),
        new("PromoteRelease", "POST", Promote, http =>
            Of<ReleaseHandlers>(http).PromoteAsync(Value(http, "task"), Value(http, "version"), http.RequestAborted)),
        new("PruneReleases", "POST", Prune, http => Of<ReleaseHandlers>(http).PruneAsync(http.Request, Value(http, "task"), http.RequestAborted)),
        new("RollbackRelease", "POST", Rollback, http => Of<ReleaseHandlers>(http).RollbackAsync(Value(http, "task"), http.RequestAborted)),
        new("Retrain", "POST", Retrain, http => Of<RetrainHandlers>(http).StartAsync(http.Request, Value(http, "task"), http.RequestAborted)),
        new("GetBudget", "GET", Budget, http => Of<BudgetHandlers>(http).GetAsync(Value(http, "task"), http.RequestAborted)),
        new("GetQuality", "GET", Quality, http => Of<QualityHandlers>(http).GetAsync(Value(http, "task"), http.RequestAborted)),
        new("StartRollout", "POST", Rollouts, http => Of<RolloutHandlers>(http).StartAsync(http.Request, Value(http, "task"), http.RequestAborted)),
        new("ListSites", "GET", Sites, http => Of<RolloutHandlers>(http).SitesAsync(Value(http, "task"), http.RequestAborted)),
        new("GetOperation", "GET", Operation, http => Of<OperationHandlers>(http).GetAsync(http.Request, Value(http, "id"), http.RequestAborted)),
        new("CancelOperation", "DELETE", Operation, http => Of<OperationHandlers>(http).CancelAsync(Value(http, "id"), http.RequestAborted)),
        new("Approve", "POST", Approval, http => Of<RetrainHandlers>(http).ApproveAsync(http.Request, Value(http, "id"), http.RequestAborted)),
        new("ListQuarantine", "GET", Quarantine, http => Of<QuarantineHandlers>(http).ListAsync(http.Request, http.RequestAborted)),
        new("Redrive", "POST", Redrive, http => Of<QuarantineHandlers>(http).RedriveAsync(Value(http, "id"), http.RequestAborted)),
        new("Compress", "POST", Compress, http => Of<CompressHandlers>(http).CompressAsync(http.Request, http.RequestAborted)),
        new("ListModels", "GET", Models, http => Of<OpenAiHandlers>(http).ListModelsAsync()),
        new("GetModel", "GET", Model, http => Of<OpenAiHandlers>(http).GetModelAsync(Value(http, "model"))),
        new("ChatCompletions", "POST", ChatCompletions, http => Of<OpenAiHandlers>(http).ChatAsync(http.Request, http.RequestAborted)),
        new("Completions", "POST", Completions, http => Of<OpenAiHandlers>(http).CompleteAsync(http.Request, http.RequestAborted)),
        new("Live", "GET", Live, http => Of<HealthHandlers>(http).LiveAsync()),
        new("Ready", "GET", Ready, http => Of<HealthHandlers>(http).ReadyAsync(http.RequestAborted)),
    ];

    private static T Of<T>(HttpContext http)
        where T : notnull => http.RequestServices.GetRequiredService<T>();

    private static string Value(HttpContext http, string name) => (string)http.GetRouteValue(name)!;
}
