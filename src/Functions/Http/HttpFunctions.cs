using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Understudy.Api;

namespace Understudy.Functions.Http;

/// <summary>A function for each route. The prefix keeps the names apart from the workflows', which the host compares without case.</summary>
public sealed class HttpFunctions(RouteRunner routes)
{
    [Function("HttpListTasks")]
    public Task<IResult> ListTasks([HttpTrigger(AuthorizationLevel.Function, "get", Route = ApiRoutes.Tasks)] HttpRequest request, [DurableClient] DurableTaskClient client)
        => routes.RunAsync("ListTasks", request, client);

    [Function("HttpGetTask")]
    public Task<IResult> GetTask([HttpTrigger(AuthorizationLevel.Function, "get", Route = ApiRoutes.Task)] HttpRequest request, [DurableClient] DurableTaskClient client)
        => routes.RunAsync("GetTask", request, client);

    [Function("HttpInfer")]
    public Task<IResult> Infer([HttpTrigger(AuthorizationLevel.Function, "post", Route = ApiRoutes.Infer)] HttpRequest request, [DurableClient] DurableTaskClient client)
        => routes.RunAsync("Infer", request, client);

    [Function("HttpStartBatch")]
    public Task<IResult> StartBatch([HttpTrigger(AuthorizationLevel.Function, "post", Route = ApiRoutes.Batches)] HttpRequest request, [DurableClient] DurableTaskClient client)
        => routes.RunAsync("StartBatch", request, client);

    [Function("HttpListReleases")]
    public Task<IResult> ListReleases([HttpTrigger(AuthorizationLevel.Function, "get", Route = ApiRoutes.Releases)] HttpRequest request, [DurableClient] DurableTaskClient client)
        => routes.RunAsync("ListReleases", request, client);

    [Function("HttpPromoteRelease")]
    public Task<IResult> PromoteRelease([HttpTrigger(AuthorizationLevel.Function, "post", Route = ApiRoutes.Promote)] HttpRequest request, [DurableClient] DurableTaskClient client)
        => routes.RunAsync("PromoteRelease", request, client);

    [Function("HttpRollbackRelease")]
    public Task<IResult> RollbackRelease([HttpTrigger(AuthorizationLevel.Function, "post", Route = ApiRoutes.Rollback)] HttpRequest request, [DurableClient] DurableTaskClient client)
        => routes.RunAsync("RollbackRelease", request, client);

    [Function("HttpRetrain")]
    public Task<IResult> Retrain([HttpTrigger(AuthorizationLevel.Function, "post", Route = ApiRoutes.Retrain)] HttpRequest request, [DurableClient] DurableTaskClient client)
        => routes.RunAsync("Retrain", request, client);

    [Function("HttpGetBudget")]
    public Task<IResult> GetBudget([HttpTrigger(AuthorizationLevel.Function, "get", Route = ApiRoutes.Budget)] HttpRequest request, [DurableClient] DurableTaskClient client)
        => routes.RunAsync("GetBudget", request, client);

    [Function("HttpGetQuality")]
    public Task<IResult> GetQuality([HttpTrigger(AuthorizationLevel.Function, "get", Route = ApiRoutes.Quality)] HttpRequest request, [DurableClient] DurableTaskClient client)
        => routes.RunAsync("GetQuality", request, client);

    [Function("HttpStartRollout")]
    public Task<IResult> StartRollout([HttpTrigger(AuthorizationLevel.Function, "post", Route = ApiRoutes.Rollouts)] HttpRequest request, [DurableClient] DurableTaskClient client)
        => routes.RunAsync("StartRollout", request, client);

    [Function("HttpPruneReleases")]
    public Task<IResult> PruneReleases([HttpTrigger(AuthorizationLevel.Function, "post", Route = ApiRoutes.Prune)] HttpRequest request, [DurableClient] DurableTaskClient client)
        => routes.RunAsync("PruneReleases", request, client);

    [Function("HttpListSites")]
    public Task<IResult> ListSites([HttpTrigger(AuthorizationLevel.Function, "get", Route = ApiRoutes.Sites)] HttpRequest request, [DurableClient] DurableTaskClient client)
        => routes.RunAsync("ListSites", request, client);

    [Function("HttpGetOperation")]
    public Task<IResult> GetOperation([HttpTrigger(AuthorizationLevel.Function, "get", Route = ApiRoutes.Operation)] HttpRequest request, [DurableClient] DurableTaskClient client)
        => routes.RunAsync("GetOperation", request, client);

    [Function("HttpCancelOperation")]
    public Task<IResult> CancelOperation([HttpTrigger(AuthorizationLevel.Function, "delete", Route = ApiRoutes.Operation)] HttpRequest request, [DurableClient] DurableTaskClient client)
        => routes.RunAsync("CancelOperation", request, client);

    [Function("HttpApprove")]
    public Task<IResult> Approve([HttpTrigger(AuthorizationLevel.Function, "post", Route = ApiRoutes.Approval)] HttpRequest request, [DurableClient] DurableTaskClient client)
        => routes.RunAsync("Approve", request, client);

    [Function("HttpListQuarantine")]
    public Task<IResult> ListQuarantine([HttpTrigger(AuthorizationLevel.Function, "get", Route = ApiRoutes.Quarantine)] HttpRequest request, [DurableClient] DurableTaskClient client)
        => routes.RunAsync("ListQuarantine", request, client);

    [Function("HttpRedrive")]
    public Task<IResult> Redrive([HttpTrigger(AuthorizationLevel.Function, "post", Route = ApiRoutes.Redrive)] HttpRequest request, [DurableClient] DurableTaskClient client)
        => routes.RunAsync("Redrive", request, client);

    [Function("HttpCompress")]
    public Task<IResult> Compress([HttpTrigger(AuthorizationLevel.Function, "post", Route = ApiRoutes.Compress)] HttpRequest request, [DurableClient] DurableTaskClient client)
        => routes.RunAsync("Compress", request, client);

    [Function("HttpListModels")]
    public Task<IResult> ListModels([HttpTrigger(AuthorizationLevel.Function, "get", Route = ApiRoutes.Models)] HttpRequest request, [DurableClient] DurableTaskClient client)
        => routes.RunAsync("ListModels", request, client);

    [Function("HttpGetModel")]
    public Task<IResult> GetModel([HttpTrigger(AuthorizationLevel.Function, "get", Route = ApiRoutes.Model)] HttpRequest request, [DurableClient] DurableTaskClient client)
        => routes.RunAsync("GetModel", request, client);

    [Function("HttpChatCompletions")]
    public Task<IResult> ChatCompletions([HttpTrigger(AuthorizationLevel.Function, "post", Route = ApiRoutes.ChatCompletions)] HttpRequest request, [DurableClient] DurableTaskClient client)
        => routes.RunAsync("ChatCompletions", request, client);

    [Function("HttpCompletions")]
    public Task<IResult> Completions([HttpTrigger(AuthorizationLevel.Function, "post", Route = ApiRoutes.Completions)] HttpRequest request, [DurableClient] DurableTaskClient client)
        => routes.RunAsync("Completions", request, client);

    [Function("HttpLive")]
    public Task<IResult> Live([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = ApiRoutes.Live)] HttpRequest request, [DurableClient] DurableTaskClient client)
        => routes.RunAsync("Live", request, client);

    [Function("HttpReady")]
    public Task<IResult> Ready([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = ApiRoutes.Ready)] HttpRequest request, [DurableClient] DurableTaskClient client)
        => routes.RunAsync("Ready", request, client);
}
