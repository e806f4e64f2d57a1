using System.Net;

namespace Understudy.Hosting;

/// <summary>Where a host listens, as an option names it: <c>http</c>, <c>localhost</c> or a number, a port, and nothing more. At any other name the server would listen to every network.</summary>
/// <param name="EndPoint">Of <c>localhost</c> the IPv4 one. Port 0 for any free one.</param>
/// <param name="Url">For the server, which takes no port 0 at <c>localhost</c>.</param>
public sealed record ListenAddress(IPEndPoint EndPoint, string Url)
{
    private const string Local = "localhost";

    /// <summary>Whether this machine alone reaches it.</summary>
    public bool IsLoopback => IPAddress.IsLoopback(EndPoint.Address);

    /// <summary>Null for what is no such address.</summary>
    public static ListenAddress? Of(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme != "http" || uri.UserInfo.Length > 0 || uri.PathAndQuery != "/" || uri.Fragment.Length > 0)
        {
            return null;
        }

        if (uri.Host == Local)
        {
            var local = new IPEndPoint(IPAddress.Loopback, uri.Port);
            return new(local, $"http://{(uri.Port == 0 ? local.ToString() : $"{Local}:{uri.Port}")}");
        }

        return IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address) && new IPEndPoint(address, uri.Port) is var end ? new(end, $"http://{end}") : null;
    }
}
