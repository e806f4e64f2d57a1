using Microsoft.AspNetCore.Http;

namespace Understudy.Api;

/// <summary>One operation of the HTTP surface.</summary>
/// <param name="Name">Unique; the name of the function that serves it in Azure.</param>
/// <param name="Method">The HTTP method.</param>
/// <param name="Pattern">One of the constants of <see cref="ApiRoutes"/>.</param>
/// <param name="Handle">Finds the handler in the request's services and runs it.</param>
public sealed record ApiRoute(string Name, string Method, string Pattern, Func<HttpContext, Task<IResult>> Handle);
