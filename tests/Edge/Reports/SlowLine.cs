using System.Net;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Options;
using Understudy.Edge.Escalation;
using Understudy.Edge.Reports;
using Understudy.Edge.Updates;

namespace Understudy.Edge.Tests.Reports;

/// <summary>A line to a storage that takes what is put there, on which what has more bytes takes longer than a call may.</summary>
internal sealed class SlowLine(int mostInTime) : HttpMessageHandler
{
    /// <summary>Bytes of a call that arrive in time.</summary>
    public int MostInTime { get; set; } = mostInTime;

    /// <summary>Bytes of a call that it does not end before the answer.</summary>
    public int MostUnbroken { get; set; } = int.MaxValue;

    /// <summary>That went over it, whatever came of them.</summary>
    public long Bytes { get; private set; }

    public SiteStore Store(string site)
    {
        var options = new BlobClientOptions { Transport = new HttpClientTransport(this), Retry = { MaxRetries = 0 } };
        return new(new(new Uri("http://storage.example/a/edge"), options), new(new Uri("http://storage.example/a/edge-reports"), options), site);
    }

    public HardExamples Examples(TestSite site, UploadBudget budget, TimeProvider time) =>
        new(site.Service<EdgeSettings>(), Store("site"), site.Service<EscalationQueue>(), budget, site.Service<IOptions<EdgeOptions>>(), time);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var content = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
        Bytes += content.Length;
        if (content.Length > MostUnbroken)
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
