using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Understudy.Hosting;

/// <summary>
/// Keeps web pages away from a service that asks nobody who they are. A page of any site may have its reader's browser post to this machine, and one whose name is made to
/// lead here may read the answers as well. Clients that are no browsers send nothing that is refused.
/// </summary>
public static class BrowserGuard
{
    /// <summary>The origins of other pages that may call, with a semicolon between them; their hosts are names of this one too.</summary>
    public const string OriginsSetting = "Browsers:Origins";

    private const string SiteHeader = "Sec-Fetch-Site";

    /// <summary>Adds what <see cref="UseBrowserGuard"/> needs.</summary>
    public static IServiceCollection AddBrowserGuard(this IServiceCollection services) => services.AddCors();

    /// <summary>Puts the guard in front of what follows; pages that the setting names may call, and read what they are answered.</summary>
    /// <exception cref="OptionsValidationException">The setting names something that is no origin.</exception>
    public static IApplicationBuilder UseBrowserGuard(this IApplicationBuilder app)
    {
        var services = app.ApplicationServices;
        var others = Origins(services.GetRequiredService<IConfiguration>()[OriginsSetting] ?? "");
        var isThisMachines = new Lazy<bool>(() => ListensHereOnly(services.GetRequiredService<IServer>())); // its addresses are known when the first request comes
        if (others.Count > 0)
        {
            app.UseCors(pages => pages
                .WithOrigins([.. others.Select(other => other.GetLeftPart(UriPartial.Authority))]).AllowAnyMethod().AllowAnyHeader()
                .WithExposedHeaders("Location", "Retry-After", "X-Understudy-Receipt"));
        }

        return app.Use(next => http =>
            (isThisMachines.Value ? WrongHost(http.Request, others) : null) is { } wrong ? TypedResults.Problem(wrong).ExecuteAsync(http)
            : OtherPage(http.Request, others) is { } other ? TypedResults.Problem(other).ExecuteAsync(http)
            : next(http));
    }

    /// <summary>Whether the service listens on loopback addresses only, so that nobody has reason to call it by another name.</summary>
    private static bool ListensHereOnly(IServer server) =>
        server.Features.Get<IServerAddressesFeature>()?.Addresses is { Count: > 0 } addresses && addresses.All(address => IsLoopback(BindingAddress.Parse(address).Host));

    private static ProblemDetails? WrongHost(HttpRequest request, IReadOnlyList<Uri> others)
    {
        var host = request.Host.Host;
        return host.Length == 0 || IsLoopback(host) || others.Any(other => other.Host.Equals(host, StringComparison.OrdinalIgnoreCase)) ? null : Document(
            "Host", $"The header Host is '{request.Host}', and this service serves its own machine only.",
            $"Call it as localhost, or name the origin http://{request.Host} in the setting {OriginsSetting}.");
    }

    /// <summary>By what the browser says of the page, where it says so, else by the page's origin.</summary>
    private static ProblemDetails? OtherPage(HttpRequest request, IReadOnlyList<Uri> others)
    {
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method))
        {
            return null;
        }

        var (site, origin) = (request.Headers[SiteHeader].ToString(), request.Headers.Origin.ToString());
        var page = Uri.TryCreate(origin, UriKind.Absolute, out var read) ? read : null;
        var isOwn = site switch
        {
            "same-origin" or "none" => true,
            "" => origin.Length == 0 || string.Equals(page?.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase),
            _ => false,
        };
        return isOwn || (page is not null && others.Contains(page)) ? null : Document(
            origin.Length > 0 ? "Origin" : SiteHeader,
            origin.Length > 0 ? $"The header Origin is '{origin}': a page of another origin sent this request." : $"The header {SiteHeader} is '{site}': a page of another origin sent this request.",
            $"Send it from a program, or name the page's origin in the setting {OriginsSetting}.");
    }

    private static bool IsLoopback(string host) => host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static List<Uri> Origins(string setting)
    {
        List<Uri> origins = [];
        foreach (var origin in setting.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            origins.Add(Uri.TryCreate(origin, UriKind.Absolute, out var uri) && (uri.Scheme is "http" or "https") && uri.PathAndQuery == "/" ? uri : throw new OptionsValidationException(
                OriginsSetting, typeof(string), [$"{OriginsSetting}: '{origin}' is no origin. Give such as https://pages.example, with a semicolon between several."]));
        }

        return origins;
    }

    private static ProblemDetails Document(string header, string detail, string remedy) => new()
    {
        Status = StatusCodes.Status403Forbidden,
        Type = "urn:understudy:problem:other-page",
        Title = "Not for other pages",
        Detail = detail,
        Extensions = { ["remedy"] = remedy, ["field"] = header },
    };
}
