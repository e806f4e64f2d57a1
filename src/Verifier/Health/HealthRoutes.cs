using Understudy.Verifier.LanguageModels;
using Understudy.Verifier.Scheduling;

namespace Understudy.Verifier.Health;

/// <summary>The probes.</summary>
internal static class HealthRoutes
{
    public static void MapHealth(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/health/live", () => TypedResults.Json(new HealthReport("live", [])));
        endpoints.MapGet("/health/ready", (ModelShelf shelf, Drain drain) =>
        {
            string[] problems = [.. shelf.Problems];
            if (drain.HasBegun)
            {
                problems = [.. problems, "the service is stopping"];
            }
            else if (!shelf.IsComplete)
            {
                problems = [.. problems, "models are being loaded"];
            }

            return problems.Length == 0
                ? TypedResults.Json(new HealthReport("ready", []))
                : TypedResults.Json(new HealthReport("not ready", problems), statusCode: StatusCodes.Status503ServiceUnavailable);
        });
    }
}
