{{/* One password for the application and its database. Outside of a cluster, `lookup` finds nothing. */}}
{{- define "password" -}}
{{- if not .Values.made -}}
{{- $found := lookup "v1" "Secret" .Release.Namespace "database" -}}
{{- $_ := set .Values "made" (ternary (dig "data" "password" "" $found | b64dec) (randAlphaNum 20) (not (empty $found))) -}}
{{- end -}}
{{- .Values.made -}}
{{- end -}}
