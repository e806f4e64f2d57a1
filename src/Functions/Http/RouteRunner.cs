using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask.Client;
using Understudy.Api;
using Understudy.Functions.Durable;

namespace Understudy.Functions.Http;

/// <summary>Runs a route of the API for the function that stands for it. Thread-safe.</summary>
public sealed class RouteRunner(BoundWorkflowClient workflows)
{
    private static readonly Dictionary<string, ApiRoute> Routes = ApiRoutes.All.ToDictionary(route => route.Name, StringComparer.Ordinal);

    internal Task<IResult> RunAsync(string route, HttpRequest request, DurableTaskClient client)
    {
        workflows.Bind(client);
        return Routes[route].Handle(request.HttpContext);
    }
}
