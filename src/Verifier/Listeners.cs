using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Understudy.Verifier;

/// <summary>The two addresses that the service listens on; known, with their ports, once it has started.</summary>
internal sealed class Listeners
{
    private ListenOptions? _http, _grpc;

    public Uri Http => Url(_http);

    public Uri Grpc => Url(_grpc);

    public void Add(KestrelServerOptions kestrel, VerifierSettings settings)
    {
        kestrel.Listen(settings.Http, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            _http = listen;
        });
        kestrel.Listen(settings.Grpc, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            _grpc = listen;
        });
    }

    private static Uri Url(ListenOptions? listen) =>
        new($"http://{listen?.IPEndPoint ?? throw new InvalidOperationException("The service has not started.")}");
}
