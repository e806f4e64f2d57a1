using System.CommandLine;
using System.Net;
using System.Net.Http.Json;
using Understudy.Workflows.Durable;

namespace Understudy.Cli.Shell;

/// <summary>A host that a command asks over HTTP; one on Azure with a function key.</summary>
internal static class RemoteHost
{
    /// <summary>The variable that holds the key: an option would stand in the list of processes.</summary>
    public const string KeyVariable = "UNDERSTUDY_HOST_KEY";

    /// <summary>A new option that names it.</summary>
    public static Option<string> Option() => new("--url") { Description = "The host.", HelpName = "URL", DefaultValueFactory = _ => "http://127.0.0.1:7071" };

    /// <param name="url">What <see cref="Option"/> says.</param>
    /// <param name="ask">What is asked.</param>
    /// <exception cref="BadUsageException">It is no address.</exception>
    /// <exception cref="CommandFailedException">Nobody answers there.</exception>
    public static async Task<T> AskAsync<T>(string url, Func<HttpClient, Task<T>> ask)
    {
        using var http = new HttpClient { BaseAddress = Address(url) };
        if (Environment.GetEnvironmentVariable(KeyVariable) is { Length: > 0 } key)
        {
            http.DefaultRequestHeaders.Add("x-functions-key", key);
        }

        try
        {
            return await ask(http);
        }
        catch (TaskCanceledException error) when (error.InnerException is TimeoutException)
        {
            throw new CommandFailedException($"The host at {http.BaseAddress} did not answer within {http.Timeout.TotalSeconds:0} s.");
        }
        catch (HttpRequestException error)
        {
            throw new CommandFailedException($"The host at {http.BaseAddress} cannot be reached: {error.Message} Start it with './run serve', or name another with --url.");
        }
    }

    /// <summary>Posts something as JSON.</summary>
    /// <exception cref="CommandFailedException">The host refuses it.</exception>
    public static async Task<HttpResponseMessage> PostAsync<T>(HttpClient http, string path, T body, CancellationToken cancellationToken)
    {
        var response = await http.PostAsJsonAsync(path, body, DurableJson.Options, cancellationToken);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw new CommandFailedException(await RefusalAsync(response, cancellationToken));
        }
    }

    /// <summary>What a host's refusal says, in words.</summary>
    public static async Task<string> RefusalAsync(HttpResponseMessage response, CancellationToken cancellationToken) => response.StatusCode == HttpStatusCode.Unauthorized
        ? $"The host answered {(int)response.StatusCode}: it asks for a function key. Put one that opens this route into {KeyVariable}."
        : $"The host answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(cancellationToken)}";

    private static Uri Address(string url) => Uri.TryCreate(url, UriKind.Absolute, out var address) && address is { Scheme: "http" or "https", PathAndQuery: "/" }
        ? new(url) : throw new BadUsageException($"--url: '{url}' is no address of a host, such as http://127.0.0.1:7071.");
}
