using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Understudy.Cli.Tests;

/// <summary>A host that says what a test does, once for each call.</summary>
internal sealed class ScriptedHost : IDisposable
{
    private readonly HttpListener _listener;

    private ScriptedHost(HttpListener listener, string url) => (_listener, Url) = (listener, url);

    public string Url { get; }

    public static ScriptedHost Start()
    {
        for (var tries = 0; ; tries++)
        {
            var url = $"http://127.0.0.1:{FreePort()}/";
            var listener = new HttpListener { Prefixes = { url } };
            try
            {
                listener.Start();
                return new(listener, url);
            }
            catch (HttpListenerException) when (tries < 5)
            {
                // Somebody else took the port in between.
            }
        }
    }

    /// <summary>Answers the next call, once the test has read it.</summary>
    /// <param name="read">May read the request; null for nothing.</param>
    public async Task AnswerAsync(int status, string body, Func<HttpListenerRequest, Task>? read = null)
    {
        var call = await _listener.GetContextAsync().WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        await (read?.Invoke(call.Request) ?? Task.CompletedTask);
        call.Response.StatusCode = status;
        call.Response.ContentType = "application/json";
        if (status == 202)
        {
            call.Response.Headers["Location"] = $"{Url}api/operations/o1";
        }

        call.Response.Close(Encoding.UTF8.GetBytes(body), willBlock: true);
    }

    public void Dispose() => _listener.Close();

    /// <summary>Nobody listens there.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
