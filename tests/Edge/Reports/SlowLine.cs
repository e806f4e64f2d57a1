using System.Net;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using Understudy.Edge.Updates;

namespace Understudy.Edge.Tests.Reports;

/// <summary>A line to a storage that takes what is put there, on which what has more bytes takes longer than a call may.</summary>
internal sealed class SlowLine(int mostInTime) : HttpMessageHandler
{
    /// <summary>Bytes of a call that arrive in time.</summary>
    public int MostInTime { get; set; } = mostInTime;

    /// <summary>Whether it ends each call before its answer.</summary>
    public bool Breaks { get; set; }

    /// <summary>That went over it, whatever came of them.</summary>
    public long Bytes { get; private set; }

    public SiteStore Store(string site)
    {
        var options = new BlobClientOptions { Transport = new HttpClientTransport(this), Retry = { MaxRetries = 0 } };
        return new(new(new Uri("http://storage.example/a/edge"), options), new(new Uri("http://storage.example/a/edge-reports"), options), site);
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var content = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
        Bytes += content.Length;
        if (Breaks)
        {
            throw new HttpRequestException(HttpRequestError.ResponseEnded, "The connection was reset.");
        }

        if (content.Length > MostInTime)
        {
            throw new TaskCanceledException("The operation was cancelled because it exceeded the configured timeout.");
        }

        var response = new HttpResponseMessage(HttpStatusCode.Created) { Content = new ByteArrayContent([]) };
        response.Headers.TryAddWithoutValidation("ETag", "\"0x1\"");
        response.Content.Headers.LastModified = DateTimeOffset.UnixEpoch;
        return response;
    }
}
