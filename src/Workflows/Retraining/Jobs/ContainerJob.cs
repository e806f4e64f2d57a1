using System.Text.Json;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Understudy.Workflows.Retraining.Jobs;

/// <summary>A job of Azure Container Apps, started and stopped by the resource manager's REST API. Thread-safe.</summary>
internal sealed class ContainerJob(TrainerOptions options, TokenCredential credential, ArmClientOptions client)
{
    private const string ApiVersion = "2025-01-01";

    private readonly string _endpoint = options.Endpoint.TrimEnd('/');
    private readonly HttpPipeline _pipeline = HttpPipelineBuilder.Build(client, new BearerTokenAuthenticationPolicy(credential, $"{options.Endpoint.TrimEnd('/')}/.default"));

    /// <summary>Starts an execution as the job's template says.</summary>
    /// <returns>Its name; empty where the answer does not have it.</returns>
    /// <exception cref="RetrainingUnavailableException">The resource manager refuses.</exception>
    public async Task<string> StartAsync(CancellationToken cancellationToken)
    {
        using var message = await PostAsync($"{options.Job}/start", cancellationToken);
        return message.Response.Status is 200 or 202 ? NameIn(message.Response.Content) : throw Refused("start", message.Response.Status, message.Response.ReasonPhrase, message.Response.Content);
    }

    /// <summary>Ends an execution, if it is under way.</summary>
    /// <exception cref="RetrainingUnavailableException">The resource manager refuses.</exception>
    public async Task StopAsync(string execution, CancellationToken cancellationToken)
    {
        using var message = await PostAsync($"{options.Job}/executions/{Uri.EscapeDataString(execution)}/stop", cancellationToken);
        if (message.Response.Status is not (200 or 202 or 204 or 404))
        {
            throw Refused("stop", message.Response.Status, message.Response.ReasonPhrase, message.Response.Content);
        }
    }

    private async Task<HttpMessage> PostAsync(string path, CancellationToken cancellationToken)
    {
        var message = _pipeline.CreateMessage();
        message.Request.Method = RequestMethod.Post;
        message.Request.Uri.Reset(new($"{_endpoint}{path}?api-version={ApiVersion}"));
        message.Request.Headers.Add("Accept", "application/json");
        await _pipeline.SendAsync(message, cancellationToken);
        return message;
    }

    private static string NameIn(BinaryData content)
    {
        try
        {
            using var answer = JsonDocument.Parse(content);
            return answer.RootElement.TryGetProperty("name", out var name) ? name.GetString() ?? "" : "";
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return ""; // accepted without a body
        }
    }

    private RetrainingUnavailableException Refused(string what, int status, string reason, BinaryData content) => new(
        $"The trainer's job cannot be {(what == "start" ? "started" : "stopped")}: {status} {reason}. {Said(content)} Give this app's identity the role 'Container Apps Jobs Operator' on '{options.Job}', or correct Trainer:Job.");

    private static string Said(BinaryData content)
    {
        const int Longest = 300;
        var text = content.ToString().ReplaceLineEndings(" ");
        return text.Length > Longest ? text[..Longest] : text;
    }
}
