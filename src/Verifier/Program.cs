using Microsoft.Extensions.Options;
using Understudy.Verifier;

try
{
    var settings = VerifierSettings.Read(args);
    await using var app = VerifierApp.Build(settings, args);
    await app.StartAsync();
    var listening = app.Services.GetRequiredService<Listeners>();
    Console.WriteLine($"listening on {listening.Http} (gRPC on {listening.Grpc})");
    await app.WaitForShutdownAsync();
    return 0;
}
catch (VerifierSettingsException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 2;
}
catch (OptionsValidationException exception)
{
    Console.Error.WriteLine(string.Join(Environment.NewLine, exception.Failures));
    return 2;
}
