using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Understudy.Edge;
using Understudy.Hosting;
using Understudy.Inference.Signing;

WebApplication? app = null;
try
{
    app = EdgeApp.Build(EdgeSettings.Read(args), args);
    await app.StartAsync();
}
catch (Exception exception) when (StartFailure.Describe(exception, own => own is EdgeSettingsException or SigningException) is { } problem)
{
    await (app is null ? Task.CompletedTask : StartFailure.EndAsync(app));
    Console.Error.WriteLine(problem);
    return StartFailure.ExitCode;
}

await using var agent = app;
Console.WriteLine($"listening on {agent.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()}");
await agent.WaitForShutdownAsync();
return 0;
