using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Understudy.Cli.Shell;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Rollouts;

namespace Understudy.Cli.Edge;

/// <summary>A rollout at a host, over HTTP.</summary>
internal sealed class RemoteRollout
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100), LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>For how long a host may be silent: one that starts again goes on with the rollout.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly HttpClient _http;
    private readonly Uri _operation;

    private RemoteRollout(HttpClient http, Uri operation) => (_http, _operation) = (http, operation);

    /// <summary>The sites that the host has heard of; null where it does not say, because of a key that opens other routes for instance.</summary>
    public static async Task<IReadOnlyList<string>?> KnownSitesAsync(HttpClient http, string task, CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync($"/api/tasks/{task}/sites", cancellationToken);
        return response.IsSuccessStatusCode
            ? [.. (await response.Content.ReadFromJsonAsync<SiteList>(DurableJson.Options, cancellationToken))!.Sites.Select(site => site.Site)]
            : null;
    }

    /// <exception cref="CommandFailedException">The host refuses it.</exception>
    public static async Task<RemoteRollout> StartAsync(HttpClient http, string task, RolloutCall call, CancellationToken cancellationToken)
    {
        using var response = await RemoteHost.PostAsync(http, $"/api/tasks/{task}/rollouts", call, cancellationToken);
        return new(http, response.Headers.Location!);
    }

    /// <exception cref="CommandFailedException">It failed or was cancelled, or the host no longer says how it stands.</exception>
    public async Task<RolloutResult> FollowAsync(Action<RolloutProgress> told, CancellationToken cancellationToken)
    {
        while (true)
        {
            var operation = await LookAsync(cancellationToken);
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

    private async Task<Operation> LookAsync(CancellationToken cancellationToken)
    {
        var (since, pause) = (Stopwatch.GetTimestamp(), Pause);
        while (true)
        {
            string failure;
            try
            {
                using var response = await _http.GetAsync(_operation, cancellationToken);
                if (response.IsSuccessStatusCode)
                {
                    return (await response.Content.ReadFromJsonAsync<Operation>(DurableJson.Options, cancellationToken))!;
                }

                failure = await RemoteHost.RefusalAsync(response, cancellationToken);
                if (response.StatusCode is not HttpStatusCode.TooManyRequests and < HttpStatusCode.InternalServerError)
                {
                    throw Lost(failure);
                }
            }
            catch (Exception error) when (error is HttpRequestException or IOException || (error is TaskCanceledException && !cancellationToken.IsCancellationRequested))
            {
                failure = error.Message;
            }

            if (Stopwatch.GetElapsedTime(since) > Patience)
            {
                throw Lost(failure);
            }

            await Task.Delay(pause, cancellationToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private CommandFailedException Lost(string failure) => new($"The rollout goes on at the host, as {_operation}, and cannot be followed: {failure}");

    private sealed record SiteList(IReadOnlyList<KnownSite> Sites);

    private sealed record KnownSite(string Site);

    private sealed record Operation(string Status, RolloutProgress? Progress, RolloutResult? Result, JsonElement? Error);
}
