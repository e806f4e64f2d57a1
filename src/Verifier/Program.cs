using Understudy.Hosting;
using Understudy.Verifier;

WebApplication? app = null;
try
{
    app = VerifierApp.Build(VerifierSettings.Read(args), args);
    await app.StartAsync();
}
catch (Exception exception) when (StartFailure.Describe(exception, own => own is VerifierSettingsException, "--urls or --grpc") is { } problem)
{
    await (app is null ? Task.CompletedTask : StartFailure.EndAsync(app));
    Console.Error.WriteLine(problem);
    return StartFailure.ExitCode;
}

await using var service = app;
var listening = service.Services.GetRequiredService<Listeners>();
Console.WriteLine($"listening on {listening.Http} (gRPC on {listening.Grpc})");
await service.WaitForShutdownAsync();
return 0;
