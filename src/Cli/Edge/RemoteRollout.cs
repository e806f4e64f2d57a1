using System.Net.Http.Json;
using System.Text.Json;
using Understudy.Cli.Shell;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Rollouts;

namespace Understudy.Cli.Edge;

/// <summary>A rollout at a host, over HTTP.</summary>
internal sealed class RemoteRollout
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly HttpClient _http;
    private readonly Uri _operation;

    private RemoteRollout(HttpClient http, Uri operation) => (_http, _operation) = (http, operation);

    /// <exception cref="CommandFailedException">The host refuses it.</exception>
    public static async Task<RemoteRollout> StartAsync(HttpClient http, string task, RolloutCall call, CancellationToken cancellationToken)
    {
        using var response = await RemoteHost.PostAsync(http, $"/api/tasks/{task}/rollouts", call, cancellationToken);
        return new(http, response.Headers.Location!);
    }

    /// <exception cref="CommandFailedException">It failed or was cancelled.</exception>
    public async Task<RolloutResult> FollowAsync(Action<RolloutProgress> told, CancellationToken cancellationToken)
    {
        while (true)
        {
            var operation = (await _http.GetFromJsonAsync<Operation>(_operation, DurableJson.Options, cancellationToken))!;
            if (operation.Progress is { } progress)
            {
                told(progress);
            }

            switch (operation.Status)
            {
                case "succeeded":
                    return operation.Result!;
                case "pending" or "running":
                    await Task.Delay(Pause, cancellationToken);
                    break;
                default:
                    throw new CommandFailedException($"The rollout is {operation.Status}: {operation.Error}");
            }
        }
    }

    private sealed record Operation(string Status, RolloutProgress? Progress, RolloutResult? Result, JsonElement? Error);
}
